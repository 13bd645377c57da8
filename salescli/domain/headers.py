"""What the columns of an imported file hold, and which noun that makes it a file of.

Known are our own names and labels, the columns of Salesforce (of its exports, its reports and
`sf data export tree`) and those of the CRM data set of Maven Analytics.
"""

from collections.abc import Sequence
from typing import NamedTuple

from salescli.domain.fields import NOUNS
from salescli.domain.importing import (
    ACCOUNT_ID,
    CONTACT_ID,
    CREATED,
    CURRENCY,
    EXTRA,
    FIRST_NAME,
    ID,
    LAST_NAME,
    MAVEN,
    MILLIONS,
    ORDER,
    PARENT_ID,
    PRODUCT,
    SINCE,
)
from salescli.domain.text import clean, slug
from salescli.errors import UsageError

_PERSON = {
    FIRST_NAME: "firstname givenname",
    LAST_NAME: "lastname surname familyname",
    "title": "jobtitle position",
    "email": "emailaddress",
    "phone": "telephone businessphone workphone",
}
_SPELLINGS: dict[str, dict[str, str]] = {
    "user": {
        "name": "salesagent agent salesrep fullname user",
        "login": "username",
        "email": "emailaddress",
        "manager": "managername",
        "division": "regionaloffice region office",
        "active": "isactive",
    },
    "offer": {
        ID: "id productid externalid",
        "name": "offer product productname",
        "family": "series productfamily productline",
        "price": "salesprice listprice standardprice",
        CURRENCY: "currency currencyisocode",
    },
    "account": {
        ID: "id accountid externalid",
        "name": "account accountname company companyname organization",
        "type": "accounttype",
        "industry": "sector",
        "website": "url",
        "phone": "telephone",
        "street": "billingstreet address",
        "city": "billingcity",
        "state": "billingstate billingstateprovince",
        "country": "billingcountry officelocation",
        "employees": "numberofemployees",
        "annual_revenue": "revenue",
        "founded": "yearestablished yearstarted",
        "history": "description",
        "rating": "accountrating",
        "parent": "subsidiaryof",
        PARENT_ID: "parentid parentaccountid",
        "owner": "accountowner ownername",
        CURRENCY: "currency currencyisocode",
    },
    "contact": _PERSON
    | {
        ID: "id contactid externalid",
        "name": "contact contactname fullname",
        "account": "accountname company companyname organization",
        ACCOUNT_ID: "accountid",
        "mobile": "mobilephone cellphone",
        "source": "leadsource",
        "owner": "contactowner ownername",
    },
    "lead": _PERSON
    | {
        ID: "id leadid externalid",
        "name": "lead leadname fullname",
        "company": "companyname companyaccount organization",
        "industry": "sector",
        "source": "leadsource",
        "rating": "leadrating",
        "need": "description",
        "status": "leadstatus",
        "owner": "leadowner ownername",
    },
    "opportunity": {
        ID: "id opportunityid dealid externalid",
        "name": "opportunity opportunityname deal dealname",
        "account": "accountname company companyname customer",
        ACCOUNT_ID: "accountid",
        "contact": "contactname primarycontact",
        CONTACT_ID: "contactid",
        "stage": "stagename dealstage opportunitystage",
        "amount": "closevalue dealvalue dealamount",
        "close_date": "expectedclosedate",
        "owner": "salesagent opportunityowner ownername salesrep",
        "source": "leadsource",
        "type": "opportunitytype",
        "need": "description",
        "next_steps": "nextstep",
        "reason": "lossreason closedlostreason",
        PRODUCT: "product productname offer offers",
        CREATED: "createddate createdat",
        SINCE: "engagedate laststagechangedate",
        CURRENCY: "currency currencyisocode opportunitycurrency",
    },
}
_NAMING = {
    "user": {"name", "login"},
    "contact": {"name", LAST_NAME},
    "lead": {"name", LAST_NAME, "company"},
    "opportunity": {"name", "stage"},
}
"""Columns of which a file has to have one to be of that noun; a name, where none are listed."""

_MAVEN_HEADERS = {
    "user": {"salesagent", "manager", "regionaloffice"},
    "offer": {"product", "series", "salesprice"},
    "account": {"account", "sector", "revenue", "officelocation", "subsidiaryof"},
    "opportunity": {"opportunityid", "salesagent", "product", "dealstage", "closevalue"},
}
_FILE_WORDS = {
    "user": ("user", "team", "agent"),
    "offer": ("offer", "product"),
    "account": ("account", "compan"),
    "contact": ("contact",),
    "lead": ("lead",),
    "opportunity": ("opportunit", "deal", "pipeline"),
}


class Columns(NamedTuple):
    """The header of a file, understood: where each field stands, and what was left out."""

    noun: str
    source: str
    places: dict[str, int]
    width: int
    left_out: tuple[str, ...]


def understand(header: Sequence[str], file: str, noun: str = "") -> Columns:
    """Return what the columns of a header hold; `noun` says what the file is of, if it is known.

    Raises:
        UsageError: it is not clear which noun the file holds, it holds none, or a known column
            stands there twice.
    """
    names = [_folded(text) for text in header]
    noun = noun or _noun_of(names, file)
    known = _KNOWN[noun]
    source = MAVEN if _MAVEN_HEADERS.get(noun, {""}) <= set(names) else ""
    places: dict[str, int] = {}
    left_out: list[str] = []
    for place, name in enumerate(names):
        field = known.get(name, "")
        if field and names.index(name) != place:
            raise UsageError(
                f"`{file}` has the column `{clean(header[place])}` twice",
                hint="take one of them out",
            )
        if field and field not in places:
            places[field] = place
        elif name or header[place].strip():
            left_out.append(clean(header[place]))
    if source == MAVEN and noun == "account":
        places[MILLIONS] = places.pop("annual_revenue")
    if not _NAMING.get(noun, {"name"}) & set(places):
        raise _nameless(noun, file)
    return Columns(noun, source, places, len(header), tuple(left_out))


def count_known(header: Sequence[str]) -> int:
    """Return how many columns of a header are known for some noun."""
    return sum(any(_folded(text) in known for known in _KNOWN.values()) for text in header)


def _folded(header: str) -> str:
    return slug(header).replace("-", "").replace("_", "")


def _spelled(noun: str) -> dict[str, str]:
    """Return each spelling of a column of a noun and the field that it holds."""
    ours = {field.name: field.label for field in NOUNS[noun]}
    known = {_folded(spelling): name for name, spelling in ours.items()}
    known |= {_folded(name): name for name in ours}
    known |= {_folded(name): name for name in EXTRA if name in _SPELLINGS[noun]}
    for name, spellings in _SPELLINGS[noun].items():
        known |= dict.fromkeys(spellings.split(), name)
    return known


_KNOWN = {noun: _spelled(noun) for noun in ORDER}


def _noun_of(names: Sequence[str], file: str) -> str:
    """Return the noun with the most columns of the header; the file's name decides a draw."""
    found = {
        noun: {known[name] for name in names if name in known} for noun, known in _KNOWN.items()
    }
    scores = {
        noun: len(fields) for noun, fields in found.items() if _NAMING.get(noun, {"name"}) & fields
    }
    best = [noun for noun, score in scores.items() if score == max(scores.values())]
    if len(best) > 1:
        stem = file.rpartition("/")[2].lower()
        named_so = [noun for noun in best if any(word in stem for word in _FILE_WORDS[noun])]
        best = named_so if len(named_so) == 1 else best
    if len(best) == 1:
        return best[0]
    kinds = " or ".join(f"`--as {noun}`" for noun in best or ORDER)
    told = "could hold records of several kinds" if best else "has none of the columns I know"
    raise UsageError(f"`{file}` {told}", hint=f"say what it holds: {kinds}")


def _nameless(noun: str, file: str) -> UsageError:
    wanted = " or ".join(f"`{name}`" for name in sorted(_NAMING.get(noun, {"name"})))
    return UsageError(
        f"`{file}` has no column that names the {noun}", hint=f"give it a column {wanted}"
    )
