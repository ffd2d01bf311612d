from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from ingest.catalogue import read_catalogue
from ingest.domains import Domains, DomainsError, fetch_problem, link_problem, official_hosts, read_domains
from ingest.identity import masthead
from tests.small_corpus import ROOT

CORPUS = ROOT / "corpus"
DOMAINS = Domains(frozenset({"un.org"}), frozenset({"forms.example"}))


def test_a_link_may_lead_to_official_and_provider_hosts_and_nothing_may_be_fetched_from_a_provider():
    for url in ("https://un.org/x", "https://hr.un.org/x", "https://a.forms.example/"):
        assert link_problem(url, DOMAINS) == ""
    assert link_problem("http://un.org/x", DOMAINS) == ""
    assert "begins with http:" in fetch_problem("http://un.org/x", DOMAINS)
    assert "forms.example is not on the list" in fetch_problem("https://forms.example/", DOMAINS)


BAD = ["https://evilun.org/", "https://un.org.evil.example/", "https://un.org@evil.example/", "//un.org/", "un.org",
       "https://un.org:99999/", "https://[::1", "https://un.org /", "https://ün.org/", "javascript:alert(1)",
       "https://un.org\\@evil.example/", "https://un.org.", "https://0x7f.1/"]  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_every_other_address_is_refused_with_a_reason(url):
    assert link_problem(url, DOMAINS) and fetch_problem(url, DOMAINS)


def test_every_bad_row_is_told_at_once(tmp_path):
    (tmp_path / "domains.csv").write_text(
        "domain,owner,kind,note\nUN.org,UN,official,\nun.org,,official,\nun.org,UN,mirror,\n"
    )
    with pytest.raises(DomainsError) as refused:
        read_domains(tmp_path)
    for words in (
        'row 2: "domain" is "UN.org"',
        'row 3: "owner" is empty',
        'row 4: "kind" is "mirror"',
        "row 4: domain",
    ):
        assert words in str(refused.value)


def test_a_corpus_without_a_list_of_its_own_has_the_one_of_the_program(tmp_path):
    assert official_hosts(tmp_path) == official_hosts(CORPUS)


# What is shipped


def addresses(name, *columns):
    with (CORPUS / name).open(encoding="utf-8-sig", newline="") as file:
        return {row[column] for row in csv.DictReader(file) for column in columns} - {""}


def test_every_address_of_facts_catalogue_and_contacts_is_on_the_list():
    urls = addresses("facts.csv", "official_url") | addresses("catalogue.csv", "official_url", "pdf_url")
    for path in (CORPUS / "contacts").glob("*.toml"):
        urls |= set(re.findall(r"https?://[^\s\"']+", path.read_text(encoding="utf-8")))
    domains = read_domains(CORPUS)
    assert {url: problem for url in sorted(urls) if (problem := link_problem(url, domains))} == {}


def test_links_to_organisations_whose_documents_offices_add_are_no_strangers():
    domains = read_domains(CORPUS)
    for url in ("https://www.unjiu.org/reports", "https://unctad.org/about", "https://www.unocha.org/ethics"):
        assert link_problem(url, domains) == fetch_problem(url, domains) == ""
    assert link_problem("https://unocha.org.evil.example/", domains)


def official_rows():
    return [document for document in read_catalogue(CORPUS).known if document.status != "guide"]


def test_every_document_that_can_be_fetched_is_asked_from_an_official_host():
    domains = read_domains(CORPUS)
    fetched = [document for document in official_rows() if document.pdf_url]
    assert len(fetched) > 20
    assert [document.id for document in fetched if fetch_problem(document.pdf_url, domains)] == []


def test_every_official_row_can_be_got_names_whom_it_binds_and_says_when_it_was_checked():
    entities = {path.stem for path in (CORPUS / "contacts").glob("*.toml")}
    for document in official_rows():
        assert document.file == f"official/{document.id}.pdf"
        assert set(document.applies_to.split(";")) <= entities, document.id
        assert document.issuer and document.licence_note and document.checked_on, document.id


def test_every_symbol_of_the_united_nations_is_asked_for_by_itself():
    for document in official_rows():
        if "documents.un.org" in document.pdf_url:
            assert document.pdf_url == f"https://documents.un.org/api/symbol/access?s={document.symbol}&l=en&t=pdf"
            assert document.official_url == f"https://undocs.org/{document.symbol}"
            assert masthead([document.symbol]) == document.symbol


def test_no_official_document_is_shipped():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "corpus/official/" in ignored
    assert Path(CORPUS / "domains.csv").is_file()
