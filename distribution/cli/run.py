"""Runs a command and turns what it raises into one line and an exit status."""

from __future__ import annotations

from collections.abc import Sequence

import click
import psycopg
import psycopg.errors
import redis
import sqlalchemy.exc

from distribution.cli.group import CommandGroup
from distribution.errors import DomainError, InvalidInput
from distribution.settings.errors import InvalidSetting

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130
_NOT_MIGRATED = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.InvalidSchemaName,
)


@click.group(
    cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="saleor-distribution", prog_name="distribution")
def distribution() -> None:
    """Three-level referral and commission program for Saleor shops."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command named by `arguments` (by default the process's) and return its exit status."""
    try:
        result = distribution.main(args=arguments, prog_name="distribution", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as wrong:
        click.echo(wrong.format_message(), err=True)
        return WRONG_USE
    except click.ClickException as wrong:
        return _fail(wrong.format_message(), wrong.exit_code)
    except click.Abort:
        return INTERRUPTED
    except (InvalidInput, InvalidSetting) as wrong:
        return _fail(str(wrong), WRONG_USE)
    except DomainError as error:
        return _fail(str(error), FAILED)
    except sqlalchemy.exc.DBAPIError as error:
        return _fail(_of_the_database(error.orig or error), FAILED)
    except psycopg.Error as error:
        return _fail(_of_the_database(error), FAILED)
    except redis.RedisError as error:
        return _fail(f"the queue: {error}", FAILED)
    return result if isinstance(result, int) else 0


def _of_the_database(error: BaseException) -> str:
    if isinstance(error, _NOT_MIGRATED):
        return "the database lacks tables of this version: run `distribution migrate`"
    # What follows the first line may repeat people's data.
    known = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return f"the database: {known or error}"


def _fail(message: str, status: int) -> int:
    click.echo(f"distribution: {' '.join(message.split())}", err=True)
    return status
