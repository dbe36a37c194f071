"""Whether a tax id can be one of its country."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from stdnum.exceptions import ValidationError

from distribution.errors import InvalidInput

# What the authorities of these countries give to people and to companies that earn commission.
_MODULES = {
    "AT": ("at.tin", "at.uid"),
    "AU": ("au.abn", "au.tfn"),
    "BE": ("be.nn", "be.vat"),
    "BG": ("bg.egn", "bg.vat"),
    "BR": ("br.cpf", "br.cnpj"),
    "CA": ("ca.sin", "ca.bn"),
    "CH": ("ch.uid", "ch.ssn"),
    "CN": ("cn.ric", "cn.uscc"),
    "CZ": ("cz.dic", "cz.rc"),
    "DE": ("de.idnr", "de.stnr", "de.vat"),
    "DK": ("dk.cpr", "dk.cvr"),
    "ES": ("es.nif", "es.nie", "es.cif"),
    "FI": ("fi.hetu", "fi.alv"),
    "FR": ("fr.nif", "fr.siren", "fr.siret", "fr.tva"),
    "GB": ("gb.utr", "gb.vat"),
    "IE": ("ie.pps", "ie.vat"),
    "IN": ("in_.pan", "in_.gstin"),
    "IT": ("it.codicefiscale", "it.iva"),
    "JP": ("jp.cn", "jp.in_"),
    "KR": ("kr.rrn", "kr.brn"),
    "MX": ("mx.rfc", "mx.curp"),
    "NL": ("nl.bsn", "nl.btw"),
    "NO": ("no.fodselsnummer", "no.orgnr", "no.mva"),
    "NZ": ("nz.ird",),
    "PL": ("pl.pesel", "pl.nip"),
    "PT": ("pt.nif",),
    "RO": ("ro.cnp", "ro.cui"),
    "SE": ("se.personnummer", "se.orgnr", "se.vat"),
    "SG": ("sg.uen",),
    "TR": ("tr.tckimlik", "tr.vkn"),
    "TW": ("tw.ubn",),
    "US": ("us.tin",),
}
_ANY = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./-]{2,28}[0-9A-Za-z]")
_SHOWN = 4


def checked(country: str, tax_id: str) -> str:
    """The id in its short form; raises InvalidInput when its country gives none like it.

    Of countries that are not listed here only the letters are checked.
    """
    if not _ANY.fullmatch(tax_id):
        raise InvalidInput("a tax id has 4 to 30 letters and digits", field="tax_id")
    for name in _MODULES.get(country, ()):
        module: Any = import_module(f"stdnum.{name}")
        try:
            return str(module.validate(tax_id))
        except ValidationError:
            continue
    if country in _MODULES:
        raise InvalidInput(f"this is no tax id of {country}: a digit may be wrong", field="tax_id")
    return tax_id.upper()


def label(tax_id: str) -> str:
    """What people see of it: its last four."""
    return f"•••{tax_id[-_SHOWN:]}"
