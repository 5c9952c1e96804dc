"""Zonings that managers load: files good and bad, and how their zones then behave."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.people.models import User
from essaim.territories.actions import ZoningReport, import_zoning, load_territories
from essaim.territories.models import LoadedFile, Territory, Zoning, ZoningDraft
from essaim.territories.zoning_file import LARGEST
from tests.people.factories import UserFactory
from tests.territories.factories import ZoningDraftFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]
PAGE = "/gestion/zonages"


@pytest.fixture
def manager(client: Client) -> User:
    user = UserFactory(manager=True)
    client.force_login(user)
    return user


def load(text: str | bytes, **options: object) -> ZoningReport:
    return import_zoning(text, "parc", "Parcs naturels", by=None, **options)  # type: ignore[arg-type]


def zone(code: str, kind: str = "parc") -> Territory:
    return Territory.objects.get(kind=kind, code=code)


def territory(address: str) -> Territory:
    return Territory.objects.by_code(address).get()


def around(place: Territory) -> tuple[set[str], set[str], set[str]]:
    """Addresses of what contains it, what it contains, what overlaps it."""
    rows = Territory.objects
    found = (rows.containing(place), rows.within(place), rows.overlapping(place))
    return tuple({row.address for row in each} for each in found)  # type: ignore[return-value]


def communes_of(address: str) -> str:
    rows = Territory.objects.within(territory(address)).filter(kind="commune")
    return " ".join(rows.values_list("code", flat=True))


def test_a_zone_contains_its_communes_and_lies_in_what_holds_them_all() -> None:
    report = load("code,name,communes\nV,Vercors,38185 38151;38421\n")
    assert (report.created, report.errors, report.warnings) == (1, [], [])
    above, inside, across = around(zone("V"))
    assert above == {"epci:200040715", "department:38", "region:84", "country:FR"}
    assert inside == {"commune:38185", "commune:38151", "commune:38421"}
    assert across == set()
    grenoble = territory("commune:38185")
    assert zone("V") in Territory.objects.containing(grenoble)
    assert zone("V") in Territory.objects.within(territory("department:38"))


def test_a_zone_across_two_departments_overlaps_both() -> None:
    load("code,name,communes\nA,À cheval,38185 26362\n")  # Grenoble and Valence
    above, inside, across = around(zone("A"))
    assert above == {"region:84", "country:FR"}
    assert inside == {"commune:38185", "commune:26362"}
    assert {"department:38", "department:26", "epci:200040715"} <= across
    assert zone("A") in Territory.objects.touching(territory("department:26"))


def test_a_zone_made_of_a_whole_department_contains_it_and_its_intercommunalities() -> None:
    communes = " ".join(communes_of(f"department:{code}") for code in ("2A", "2B"))
    import_zoning(f"code,name,communes\nC,Corse,{communes}\n", "academie", "Académies", by=None)
    above, inside, _across = around(zone("C", "academie"))
    assert {"department:2A", "department:2B", "region:94", "commune:2A004"} <= inside
    assert any(address.startswith("epci:") for address in inside)
    assert above == {"country:FR"}


def test_a_district_lies_inside_its_commune() -> None:
    text = "code,name,communes\nQP1,Villeneuve,38185\nQP2,À cheval,38185 38151\nQP3,Mistral,38185\n"
    import_zoning(text, "qpv", "Quartiers prioritaires", by=None, inside_communes=True)
    above, inside, across = around(zone("QP1", "qpv"))
    assert above == {
        "commune:38185",
        "epci:200040715",
        "department:38",
        "region:84",
        "country:FR",
    }
    assert (inside, across) == (set(), set())
    above, inside, across = around(zone("QP2", "qpv"))
    assert above == {"epci:200040715", "department:38", "region:84", "country:FR"}
    assert across == {"commune:38185", "commune:38151"}
    # A park that holds the commune holds the district too.
    load("code,name,communes\nV,Vercors,38185 38421\n")
    assert {"qpv:QP1", "qpv:QP3"} <= around(zone("V"))[1]
    assert "qpv:QP2" in around(zone("V"))[2]


def test_bad_lines_are_reported_and_the_others_loaded() -> None:
    report = load(
        "code;nom;communes\n"
        "V;Vercors;38185\n"
        ";Sans code;38185\n"
        "W;;38185\n"
        "X;Sans commune;\n"
        "v;Vercors encore;38151\n"
        "a/b;Mauvais code;38185\n"
        "Y;Inconnues;99998 99999\n"
        "Z;À demi;38151 99999 1001 93059\n"
    )
    assert report.created == 2
    assert [(i.line, i.field) for i in report.errors] == [
        (3, "code"),
        (4, "name"),
        (5, "communes"),
        (6, "code"),
        (7, "code"),
        (8, "communes"),
    ]
    assert "ligne 2" in report.errors[3].reason
    assert "99998, 99999" in report.errors[5].reason
    assert [(i.line, i.field) for i in report.warnings] == [(9, "communes"), (9, "communes")]
    # A zero was missing, a commune was absorbed: both certain.
    assert zone("Z").zone_communes == ["38151", "01001", "93066"]


def test_a_windows_file_is_read() -> None:
    report = load(
        "code;nom;communes\r\nÉ1;x;38185\r\nE1;Forêt d’Écouves;61001\r\n".encode("cp1252")
    )
    assert zone("E1").name == "Forêt d’Écouves"
    assert [issue.line for issue in report.errors] == [2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "il manque"),
        (b"code,name\nV,Vercors\n", french("il manque : communes")),
        (b"code,name,communes\n", "aucune zone"),
        (b"\xff\xfe\x00\x81\x8d", "pas un texte lisible"),
        (b'{"code": "V"}', "il manque"),
        (b"code,name,communes\n" + b"x" * LARGEST, "5 Mo"),
        (b'code,name,communes\nV,"' + b"x" * 200_000, "pas un CSV lisible"),
    ],
)
def test_another_file_is_refused_whole(content: bytes, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        load(content)
    assert not Zoning.objects.exists()


@pytest.mark.parametrize("slug", ["commune", "department", "a b", "", "x" * 21])
def test_a_zoning_cannot_pass_for_an_official_kind(slug: str) -> None:
    with pytest.raises(DomainError):
        import_zoning("code,name,communes\nV,Vercors,38185\n", slug, "Faux", by=None)
    assert not Zoning.objects.exists()


def test_loading_again_replaces_by_code_and_says_what_changed() -> None:
    load("code,name,communes\nV,Vercors,38185\nC,Chartreuse,38421\n")
    vercors = zone("V")
    report = load("code,name,communes\nV,Vercors nouveau,38151\nC,Chartreuse,38421\n")
    assert (report.created, report.updated, report.unchanged, report.absent) == (0, 1, 1, 0)
    assert zone("V").pk == vercors.pk
    assert around(zone("V"))[1] == {"commune:38151"}
    assert zone("V") not in Territory.objects.touching(territory("commune:38185"))
    report = load("code,name,communes\nC,Chartreuse,38421\n")
    assert (report.absent, report.gone, zone("V").gone_on) == (1, 0, None)


def test_a_complete_file_marks_what_it_does_not_list_and_deletes_nothing() -> None:
    load("code,name,communes\nV,Vercors,38185\nC,Chartreuse,38421\n")
    broken = load("code,name,communes\n,Vercors,38185\nC,Chartreuse,38421\n", complete=True)
    assert (broken.gone, broken.absent, len(broken.errors)) == (0, 1, 1)
    report = load("code,name,communes\nC,Chartreuse,38421\n", complete=True)
    assert (report.gone, zone("V").gone_on is not None) == (1, True)
    report = load("code,name,communes\nV,Vercors,38185\n")
    assert (report.updated, zone("V").gone_on) == (1, None)


def test_zones_survive_a_reload_of_the_reference() -> None:
    load("code,name,communes\nV,Vercors,38185 26362\n")
    before = around(zone("V"))
    LoadedFile.objects.all().delete()
    load_territories()
    assert around(zone("V")) == before


def test_the_command_reports_in_json(tmp_path: Path) -> None:
    path = tmp_path / "parcs.csv"
    path.write_text("code,name,communes\nV,Vercors,38185\n,x,38185\n")
    out = io.StringIO()
    options = {"slug": "parc", "name": "Parcs", "source": "INPN", "year": 2026}
    call_command("import_zoning", path, format="json", stdout=out, **options)
    report = json.loads(out.getvalue())
    assert (report["created"], report["errors"][0]["line"]) == (1, 3)
    assert Zoning.objects.get().source == "INPN"
    out, err = io.StringIO(), io.StringIO()
    call_command("import_zoning", path, stdout=out, stderr=err, **options)
    assert "0 created, 0 updated, 1 unchanged" in out.getvalue()
    assert "line 3, code: error:" in err.getvalue()
    path.write_text("rien")
    with pytest.raises(CommandError, match="il manque"):
        call_command("import_zoning", path, **options)
    out = io.StringIO()
    with pytest.raises(SystemExit) as refused:
        call_command("import_zoning", path, format="json", stdout=out, **options)
    assert refused.value.code == 1
    assert "il manque" in json.loads(out.getvalue())["error"]


def test_only_managers_enter(client: Client) -> None:
    draft = ZoningDraftFactory()
    pages = [PAGE, reverse("territories:zoning_draft", args=[draft.pk])]
    posts = [
        reverse(f"territories:{name}_zoning", args=[draft.pk]) for name in ("confirm", "discard")
    ]
    for page in pages:
        assert client.get(page)["Location"].startswith("/compte/")
    client.force_login(UserFactory())
    for page in pages:
        assert client.get(page).status_code == 403
    for post in posts:
        assert client.post(post).status_code == 403
    assert ZoningDraft.objects.exists()


def test_a_manager_checks_a_file_then_loads_it(client: Client, manager: User) -> None:
    file = io.BytesIO(b"code;nom;communes\nV;Vercors;38185\nW;;1\n")
    file.name = "parcs.csv"
    sent = client.post(PAGE, {"name": "Parcs", "slug": "parc", "file": file}, follow=True)
    page = sent.content.decode()
    assert "1 zone à créer" in page and "1 ligne ne sera pas chargée" in page
    assert "Le nom manque." in page
    assert not Zoning.objects.exists(), "nothing is written before the manager says so"
    draft = ZoningDraft.objects.get()
    confirm = reverse("territories:confirm_zoning", args=[draft.pk])
    assert "1 zone écrite" in client.post(confirm, follow=True).content.decode()
    assert zone("V").label == "Vercors (V)"
    # A second click finds it done.
    assert "déjà été chargé" in client.post(confirm, follow=True).content.decode()
    listed = client.get(PAGE).content.decode()
    assert 'href="/territoires/zonages/parc"' in listed
    assert "Vercors (V)" in client.get("/territoires/zonages/parc").content.decode()
    assert "Parcs" in client.get(zone("V").get_absolute_url()).content.decode()


def test_a_manager_may_change_their_mind(client: Client, manager: User) -> None:
    draft = ZoningDraftFactory()
    client.post(reverse("territories:discard_zoning", args=[draft.pk]))
    assert not ZoningDraft.objects.exists() and not Zoning.objects.exists()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"slug": "Parc naturel"}, "Commencez par une lettre"),
        ({"slug": "commune"}, "nature officielle"),
        ({"name": ""}, "obligatoire"),
        ({"year": "12"}, "1900"),
    ],
)
def test_a_form_with_a_mistake_is_kept(
    client: Client, manager: User, fields: dict[str, str], error: str
) -> None:
    file = io.BytesIO(b"code,name,communes\nV,Vercors,38185\n")
    file.name = "parcs.csv"
    sent = client.post(
        PAGE, {"name": "Parcs", "slug": "parc", "source": "INPN", "file": file} | fields
    )
    assert error in sent.content.decode()
    assert 'value="INPN"' in sent.content.decode()
    assert not ZoningDraft.objects.exists()


def test_a_file_that_is_not_a_zoning_is_refused_on_the_page(client: Client, manager: User) -> None:
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n\x81\x8d")
    file.name = "photo.png"
    sent = client.post(PAGE, {"name": "Parcs", "slug": "parc", "file": file})
    assert sent.status_code == 200
    assert "fr-error-text" in sent.content.decode()


def test_a_draft_can_be_opened_again_and_html_in_it_is_shown_as_text(
    client: Client, manager: User
) -> None:
    draft = ZoningDraftFactory(
        name="<b>Parcs</b>", content='code,name,communes\n"<script>x</script>",x,38185\n'
    )
    page = client.get(reverse("territories:zoning_draft", args=[draft.pk])).content.decode()
    assert "<script>x" not in page and "<b>Parcs" not in page
    assert "&lt;script&gt;x" in page
