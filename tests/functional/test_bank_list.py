"""The list a merchant pays by: whole, exact, and harmless in whatever opens it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from distribution.withdrawal.bank_file import BankRow
from portal.console.bank_list import COLUMNS, bank_list

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
ROW = BankRow(
    withdrawal_id=UUID("01890000-0000-7000-8000-00000000000a"),
    name="Łucja Nguyễn",
    holder="王小明",
    account="6222020200112233445",
    bank="中国工商银行",
    currency="CNY",
    amount_minor=123_450,
    requested_at=NOW,
)


def read(*rows: BankRow, for_spreadsheet: bool = False) -> list[dict[str, str]]:
    answer = bank_list(rows, for_spreadsheet=for_spreadsheet, now=NOW)
    text = answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff") == for_spreadsheet
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_row_has_all_a_bank_needs() -> None:
    [row] = read(ROW)
    assert tuple(row) == COLUMNS
    assert row == {
        "id": "01890000-0000-7000-8000-00000000000a",
        "reference": "0189000000007000800000000000000a",
        "name": "Łucja Nguyễn",
        "account_holder": "王小明",
        "account": "6222020200112233445",
        "iban": "",
        "bic": "",
        "bank": "中国工商银行",
        "amount": "1234.50",
        "currency": "CNY",
        "requested_at": "2026-05-04T09:30:00+00:00",
    }


def test_a_spreadsheet_keeps_every_digit_of_an_account() -> None:
    [row] = read(ROW, for_spreadsheet=True)
    assert row["account"] == "6222 0202 0011 2233 445"
    [row] = read(replace(ROW, account="0012345678"), for_spreadsheet=True)
    assert row["account"] == "0012 3456 78"


@pytest.mark.parametrize(
    "account, bank, iban, bic",
    [
        ("DE89370400440532013000", "COBADEFFXXX", "DE89370400440532013000", "COBADEFFXXX"),
        ("DE89370400440532013000", "Commerzbank", "DE89370400440532013000", ""),
        ("DE89370400440532013001", "COBADEFFXXX", "", "COBADEFFXXX"),
        ("12345678", "Commerzbank", "", ""),
        ("12345678", "", "", ""),
    ],
)
def test_what_is_an_iban_or_a_bic_is_told_apart(account: str, bank: str, iban: str, bic: str) -> None:
    [row] = read(replace(ROW, account=account, bank=bank))
    assert (row["account"], row["bank"], row["iban"], row["bic"]) == (account, bank, iban, bic)


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("for_spreadsheet", [True, False])
def test_no_cell_is_a_formula(begins: str, for_spreadsheet: bool) -> None:
    evil = f'{begins}HYPERLINK("https://evil.example","x"),1\n"'
    [row] = read(
        replace(ROW, name=evil, holder=evil, account=evil, bank=evil), for_spreadsheet=for_spreadsheet
    )
    assert [row[name] for name in ("name", "account_holder", "account", "bank")] == [f"'{evil}"] * 4
    assert len(row) == len(COLUMNS)


@pytest.mark.parametrize(
    "currency, minor, amount", [("JPY", 500, "500"), ("KWD", 1_234, "1.234"), ("USD", 5, "0.05")]
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, minor: int, amount: str) -> None:
    [row] = read(replace(ROW, currency=currency, amount_minor=minor))
    assert (row["amount"], row["currency"]) == (amount, currency)
