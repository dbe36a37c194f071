"""A SEPA credit transfer file, ISO 20022 pain.001.001.09, checked against its schema before anybody gets it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree

from sepaxml.validation import try_valid_xml
from text_unidecode import unidecode

from distribution.adapters.payout.keys import short_key
from distribution.money import to_decimal_text
from distribution.withdrawal.provider import Payout

SCHEMA = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
LONGEST_NAME = 70
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whose account pays; without `bic` the bank finds it by the IBAN."""

    name: str
    iban: str
    bic: str = ""


def credit_transfer(number: UUID, payouts: Sequence[Payout], debtor: Debtor, made_at: datetime) -> bytes:
    """The file; `payouts` carry `holder` and `iban` as payee. Each transfer bears its withdrawal's number."""
    total = to_decimal_text(sum(payout.amount_minor for payout in payouts), "EUR")
    root = ElementTree.Element("Document", xmlns=NAMESPACE)
    order = ElementTree.SubElement(root, "CstmrCdtTrfInitn")
    head = _node(order, "GrpHdr")
    _node(head, "MsgId", number.hex)
    _node(head, "CreDtTm", made_at.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    _node(head, "NbOfTxs", str(len(payouts)))
    _node(head, "CtrlSum", total)
    _node(_node(head, "InitgPty"), "Nm", latin(debtor.name))
    batch = _node(order, "PmtInf")
    _node(batch, "PmtInfId", number.hex)
    _node(batch, "PmtMtd", "TRF")
    _node(batch, "NbOfTxs", str(len(payouts)))
    _node(batch, "CtrlSum", total)
    _node(batch, "PmtTpInf", "SvcLvl", "Cd", text="SEPA")
    _node(batch, "ReqdExctnDt", "Dt", text=made_at.date().isoformat())
    _node(_node(batch, "Dbtr"), "Nm", latin(debtor.name))
    _node(batch, "DbtrAcct", "Id", "IBAN", text=debtor.iban)
    if debtor.bic:
        _node(batch, "DbtrAgt", "FinInstnId", "BICFI", text=debtor.bic)
    else:
        _node(batch, "DbtrAgt", "FinInstnId", "Othr", "Id", text="NOTPROVIDED")
    _node(batch, "ChrgBr", "SLEV")
    for payout in payouts:
        _transfer(_node(batch, "CdtTrfTxInf"), payout)
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    try_valid_xml(content, SCHEMA)
    return content


def latin(name: str) -> str:
    """A name in the letters that every bank takes."""
    text = _FOREIGN.sub(" ", unidecode(name))
    return " ".join(text.split())[:LONGEST_NAME].strip() or "NOTPROVIDED"


def _transfer(node: ElementTree.Element, payout: Payout) -> None:
    number = short_key(payout.key)
    identity = _node(node, "PmtId")
    _node(identity, "InstrId", number)
    _node(identity, "EndToEndId", number)
    amount = _node(_node(node, "Amt"), "InstdAmt", to_decimal_text(payout.amount_minor, "EUR"))
    amount.set("Ccy", "EUR")
    if payout.payee.get("bic"):
        _node(node, "CdtrAgt", "FinInstnId", "BICFI", text=payout.payee["bic"])
    _node(_node(node, "Cdtr"), "Nm", latin(payout.payee["holder"]))
    _node(node, "CdtrAcct", "Id", "IBAN", text=payout.payee["iban"])
    _node(node, "RmtInf", "Ustrd", text=f"Payout {number}")


def _node(parent: ElementTree.Element, name: str, *rest: str, text: str | None = None) -> ElementTree.Element:
    """A child; with one more word its text, with `text` a child below child for each word."""
    if text is None and rest:
        (text,), rest = rest, ()
    child = ElementTree.SubElement(parent, name)
    for deeper in rest:
        child = ElementTree.SubElement(child, deeper)
    child.text = text
    return child
