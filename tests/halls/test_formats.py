"""Readers of election files: what each program writes, what people break, and what is refused in words."""

import gzip
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portal.plugins.halls.tally import Ballot, Election, NotAnElection, formats
from portal.plugins.halls.tally.formats import blt

SMALL = '3 2\n2 1 3 0\n1 2 0\n0\n"Ann"\n"Bo"\n"Cy"\n"Title"\n'


def refused(said: str | bytes, name: str, words: str) -> None:
    data = said if isinstance(said, bytes) else said.encode()
    with pytest.raises(NotAnElection, match=words) as e:
        formats.read(data, name)
    assert "\n" not in str(e.value) and str(e.value).endswith(".") and len(str(e.value)) < 200


def test_blt_as_it_was_described():
    read = formats.read(b'4 2\n-2\n3 1 3 4 0\n4 1 3 2 0\n2 4 1 3 0\n1 2 0\n2 2 4 3 1 0\n1 3 4 2 0\n0\n'
                        b'"Adam"\n"Basil"\n"Charlotte"\n"Donald"\n"Title"\n', "meek.blt")
    assert read.candidates == ("Adam", "Basil", "Charlotte", "Donald") and read.title == "Title"
    assert (read.seats, read.withdrawn) == (2, frozenset({1}))
    assert read.ballots[0] == (3, Ballot(((0,), (2,), (3,)))) and sum(n for n, _ in read.ballots) == 13


def test_blt_with_what_other_programs_write():
    said = ('# made by hand\n5 2 # seats\n-1 -5\n\n(7) 2 2 - 3 0\n(b-8) 1 2=3 4 0 # equal\n4 0\n\t1\t4 2\t0\n'
            '2 2 - 3 0\n1 3 - - 0\n0\n"Ann"\n"Bo "the rock" Li"\n"O\'Neil, \\"Cy\\""\nDee\n"Ed" # out\n'
            '"A "title""\n"source"\n"comment"\n')
    read = formats.read(said.encode(), "x.blt")
    assert read.withdrawn == {0, 4} and read.title == 'A "title"'
    assert read.candidates == ("Ann", 'Bo "the rock" Li', 'O\'Neil, \\"Cy\\"', "Dee", "Ed")
    assert dict((b.ranks, n) for n, b in read.ballots) == {
        ((1,), (), (2,)): 4, ((1, 2), (3,)): 1, (): 4, ((3,), (1,)): 1, ((2,),): 1}


def test_blt_with_several_ballots_and_names_on_a_line():
    """Algorithm 123 reads number by number: how they stand on lines says nothing."""
    plain = formats.read(SMALL.encode(), "x.blt")
    for said in ('3 2\n2 1 3 0 1 2 0 0\n"Ann" "Bo" "Cy"\n"Title"',
                 '3 2\n2 1 3 0\t1 2 0\n0\n"Ann"\n"Bo" "Cy" "Title"\n'):
        assert formats.read(said.encode(), "x.blt") == plain
    empty = formats.read(SMALL.replace("1 2 0", "1 2 0 3 0").encode(), "x.blt")
    assert (3, Ballot()) in empty.ballots
    line = "1\t2 1\t0 " * 50_000
    began = time.process_time()
    assert formats.read(SMALL.replace("1 2 0", line).encode(), "x.blt").ballots[1] == (50_000, Ballot(((1,), (0,))))
    assert time.process_time() - began < 1


def test_marks_and_line_ends_of_other_systems():
    plain = formats.read(SMALL.encode(), "x.blt")
    for said in (SMALL.replace("\n", "\r\n"), SMALL.replace("\n", "\r"), "\ufeff" + SMALL, SMALL.rstrip("\n"),
                 SMALL.replace(" ", "  "), SMALL.replace("\n", " \n\n")):
        assert formats.read(said.encode(), "x.blt") == plain
    assert formats.read("\ufeff3: A>B\r\n".encode(), "x.abif") == formats.read(b"3:A>B", "x.abif")


@pytest.mark.parametrize("said, words", [
    ("", "The file is empty"),
    ("\ufeff \r\n", "The file is empty"),
    ("3 2\n1 1 0\n\0\n", "Line 3: there is a byte 0"),
    ("# nothing\n", "Line 2: the ballots have no end"),
    ("3\n", "Line 1: it has to say how many candidates"),
    ("3 2 1\n0\n", "Line 1: it has to say how many candidates"),
    ("0 1\n0\n", "Line 1: the number of candidates"),
    ("three 1\n0\n", "Line 1: the number of candidates"),
    (f"{'9' * 5000} 1\n0\n", "Line 1: the number of candidates"),
    ("99999999999 1\n0\n", "Line 1: the number of candidates"),
    ("3 0\n0\n", "Line 1: the number of seats"),
    ("3 -1\n0\n", "Line 1: the number of seats"),
    (SMALL.replace("1 2 0", "1 2"), "Line 3: a ballot has to end with 0"),
    (SMALL.replace("1 2 0", "1"), "Line 3: a ballot has to end with 0"),
    (SMALL.replace("1 2 0", "1 4 0"), "Line 3: a candidate's number has to be from 1 to 3, not '4'"),
    (SMALL.replace("1 2 0", "1 -2 0"), "Line 3: a candidate's number .* '-2'"),
    (SMALL.replace("1 2 0", "1 2 0 3"), "Line 3: a ballot has to end with 0"),
    (SMALL.replace("1 2 0", "1 2 0 3 4 0"), "Line 3: a candidate's number has to be from 1 to 3, not '4'"),
    (SMALL.replace("1 2 0", "1 2 x 0"), "Line 3: a candidate's number .* 'x'"),
    (SMALL.replace("1 2 0", "1 2= 0"), "Line 3: a candidate's number"),
    (SMALL.replace("1 2 0", f"1 {'7' * 6000} 0"), "Line 3: a candidate's number"),
    (SMALL.replace("1 2 0", "1 ２ 0"), "Line 3: a candidate's number"),
    (SMALL.replace("1 2 0", "1 2 2 0"), "Line 3: candidate 2 stands on this ballot more than once"),
    (SMALL.replace("1 2 0", "1 2 3=2 0"), "Line 3: candidate 2 stands on this ballot more than once"),
    (SMALL.replace("1 2 0", "0 2 0"), "Line 3: the number of equal ballots"),
    (SMALL.replace("1 2 0", "-1 2 0"), "Line 3: the number of equal ballots"),
    (SMALL.replace("1 2 0", "1.5 2 0"), "Line 3: the number of equal ballots"),
    (SMALL.replace("1 2 0", "99999999999999999999999 2 0"), "Line 3: the number of equal ballots"),
    (SMALL.replace("2 1 3 0", "-1 2 0"), "Line 2: who withdrew"),
    (SMALL.replace("2 1 3 0", "-4"), "Line 2: the number of who withdrew"),
    (SMALL.replace('0\n"Ann"', '"Ann"'), "Line 4: the number of equal ballots"),
    ("3 2\n1 1 0\n", "Line 3: the ballots have no end"),
    (SMALL.replace('"Bo"\n"Cy"\n"Title"\n', ""), "there are 3 candidates, but only 1 names"),
    (SMALL.replace('"Bo"', '""'), "Line 6: a candidate has no name"),
    (SMALL + '"a"\n"b"\n"c"\n', "Line 11: there are 3 candidates, but more names"),
])
def test_blt_that_is_broken_is_refused_with_its_line(said, words):
    refused(said, "x.blt", words)


def test_what_is_no_text_is_refused_with_its_line():
    refused('3 2\n1 1 0\n0\n"Jos\xe9"\n'.encode("latin-1"), "x.blt", "Line 4: it is not UTF-8")
    refused(SMALL.encode("utf-16"), "x.blt", "The file is UTF-16; save it as UTF-8 text")
    refused(SMALL.encode("utf-16-le"), "x.blt", "Line 1: there is a byte 0")
    refused(gzip.compress(SMALL.encode()), "x.blt", "unpack it first")
    refused(bytes(range(1, 256)), "x", "not UTF-8")


def test_a_file_without_a_telling_name_is_known_by_what_it_says():
    assert formats.kind_of("x.BLT", "") == "blt" and formats.kind_of("a.b.pb", "") == "pb"
    for said, kind in ((SMALL, "blt"), ("# x\n3 1\n0", "blt"), ("META\nkey;value\n", "pb"), ("3,2,\n", "csv"),
                       ("# TITLE: x\n# NUMBER ALTERNATIVES: 2\n", "toi"), ("2\n1,A\n2,B\n", "toi"),
                       ("{title: \"x\"}\n3:A\n", "abif"), ("# note\n=A:[Ann]\n", "abif"), ("3: A>B", "abif")):
        assert formats.kind_of("upload", said) == kind
    refused("hello\n", "x.txt", "none of the kinds that can be read: blt, soc")


NAMES = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="#"), min_size=1, max_size=8)
PAPERS = st.lists(st.lists(st.sets(st.integers(0, 4), max_size=3), max_size=5).filter(
    lambda groups: sum(map(len, groups)) == len(set().union(*groups)) and (not groups or groups[-1])),
    max_size=6, unique_by=str)


@settings(max_examples=150, deadline=None)
@given(st.lists(NAMES, min_size=5, max_size=5), NAMES, PAPERS, st.integers(1, 7), st.sets(st.integers(0, 4)))
def test_what_is_written_as_blt_reads_the_same(names, title, papers, seats, withdrawn):
    ballots = tuple((n, Ballot(tuple(tuple(sorted(g)) for g in groups))) for n, groups in enumerate(papers, 1))
    election = Election(tuple(names), ballots, seats, frozenset(withdrawn), title)
    again = blt.read(blt.write(election))
    assert sorted(again.ballots, key=repr) == sorted(ballots, key=repr)
    assert (again.candidates, again.title, again.seats, again.withdrawn) == (
        election.candidates, title, seats, election.withdrawn)


def test_points_are_not_written_as_blt():
    with pytest.raises(NotAnElection, match="not points"):
        blt.write(Election(("A",), ((1, Ballot(scores=((0, 5),))),)))


NEW = """# FILE NAME: x.toi
# TITLE: Dublin
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 7
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Ann: the first
# ALTERNATIVE NAME 2: Bo
# ALTERNATIVE NAME 3: Cy
4: 1,{2, 3}
2: 3
1: {1,2},3
"""
OLD = "3\n1,Ann: the first\n2,Bo\n3,Cy\n7,7,3\n4,1,{2,3}\n2,3\n1,{1,2},3\n"


LONG = "# NUMBER ALTERNATIVES: 24\n" + "".join(f"# ALTERNATIVE NAME {n}: x{n}\n" for n in range(1, 25))


def test_preflib_today_and_before_2022():
    read = formats.read(NEW.encode(), "x.toi")
    assert read.candidates == ("Ann: the first", "Bo", "Cy") and read.title == "Dublin"
    assert read.ballots == ((4, Ballot(((0,), (1, 2)))), (2, Ballot(((2,),))), (1, Ballot(((0, 1), (2,)))))
    old = formats.read(OLD.encode(), "x.toi")
    assert (old.candidates, old.ballots) == (read.candidates, read.ballots)
    strict = NEW.replace("toi", "soc").replace("4: 1,{2, 3}\n2: 3\n1: {1,2},3", "4: 1,2,3\n3: 3,1,2")
    assert formats.read(strict.encode(), "x.soc").ballots[1] == (3, Ballot(((2,), (0,), (1,))))


@pytest.mark.parametrize("said, words", [
    (NEW.replace("2: 3\n", "2: 4\n"), "Line 11: a candidate's number"),
    (NEW.replace("2: 3\n", "2: 3,\n"), "Line 11: a candidate's number"),
    (NEW.replace("2: 3\n", "2: 3,{1\n"), "Line 11: a candidate's number"),
    (NEW.replace("2: 3\n", "2: 3,3\n"), "Line 11: candidate 3 stands on this ballot more than once"),
    (NEW.replace("2: 3\n", "2 3\n"), "Line 11: a ballot begins with how many"),
    (NEW.replace("2: 3\n", "0: 3\n"), "Line 11: the number of equal ballots"),
    (NEW.replace("2: 3\n", ""), "Line 5: 7 voters are announced, but there are ballots of 5"),
    (NEW.replace("# NUMBER ALTERNATIVES: 3\n", ""), "NUMBER ALTERNATIVES is not said"),
    (NEW.replace("# ALTERNATIVE NAME 2: Bo\n", ""), "there are 3 candidates, but 2 names"),
    (NEW.replace("NAME 2: Bo", "NAME 4: Bo"), "there are 3 candidates, but 3 names"),
    (NEW.replace("NAME 2: Bo", "NAME 2:"), "Line 8: a candidate has no name"),
    (NEW.replace("TYPE: toi", "TYPE: cat"), "Line 3: the data type has to be soc, soi, toc, toi, not 'cat'"),
    (NEW.replace("TYPE: toi", "TYPE: toc"), "Line 11: this kind of file ranks every candidate"),
    (NEW.replace("2: 3\n", "2: 1 2\n"), "Line 11: a candidate's number has to be a whole number, not '1 2'"),
    (LONG + "1: {1,2}3\n", "Line 26: a candidate's number"),
    (LONG + "1: 1{2,3}\n", "Line 26: a candidate's number"),
    (LONG + "1: 1 2,3\n", "Line 26: a candidate's number has to be a whole number, not '1 2'"),
    (NEW.replace("# ALTERNATIVE NAME 2: Bo\n", "# ALTERNATIVE NAME 2: Bo\n# ALTERNATIVE NAME 2: Di\n"),
     "Line 9: candidate 2 has a name already"),
    (OLD.replace("2,Bo\n", "1,Bo\n"), "Line 3: candidate 1 has a name already"),
    (OLD.replace("7,7,3", "4,1,2"), "announced|three sums|Line 5"),
    (OLD.replace("7,7,3\n", ""), "Line 5: "),
    (OLD.replace("2,Bo\n", ""), "there are 3 candidates|Line"),
    ("3\n", "there are 3 candidates"),
    ("x\n", "Line 1: the number of candidates"),
])
def test_preflib_that_is_broken_is_refused_with_its_line(said, words):
    refused(said, "x.toi", words)


POLL = {"rule": "score", "seed": "s", "parameters": {"high": 5, "seats": 1},
        "options": [{"title": "A"}, {"title": "B"}],
        "ballots": [{"scores": [[0, 5]]}]}


@pytest.mark.parametrize("broken", [
    {"parameters": {"seats": "2"}}, {"parameters": {"most": 1.5}}, {"parameters": {"high": True}},
    {"parameters": {"quorum": 1}}, {"parameters": {"withdrawn": 1}}, {"parameters": {"withdrawn": [2]}},
    {"parameters": {"facts": "x"}}, {"seed": 5}, {"roll": "9"}, {"money_fen": "9"}, {"money_fen": -9},
    {"options": [{"title": "A", "cost_fen": "5"}]}, {"options": [{"title": "A", "cost_fen": -5}]},
    {"options": [{"title": "A", "code": 6}]}, {"ballots": [{"scores": [[0, 0.5]]}]},
    {"ballots": [{"scores": [[0, float("inf")]]}]}, {"ballots": [{"scores": [[0, "5"]]}]},
    {"ballots": [{"points": {"0": -1}}]}, {"ballots": [{"points": {"0": "1"}}]}, {"ballots": [{"ranks": [[[0]]]}]},
    {"ballots": [{"ranks": [0]}]}, {"ballots": [{"ticks": [0, 0]}]}, {"ballots": [{"ticks": [True]}]},
    {"ballots": [{"ticks": [2]}]}, {"ballots": [{}]}, {"ballots": [None]}, {"ballots": {}}, {"options": ["A"]},
])
def test_a_polls_file_with_values_that_fit_nothing_is_refused(broken):
    assert formats.read(json.dumps(POLL).encode(), "poll.json").candidates == ("A", "B")
    refused(json.dumps(POLL | broken), "poll.json", "ha(s|ve) to be |needs|cannot be read|twice")


def test_abif_with_everything_it_has():
    read = formats.read(b"""{title: "2009 \\"mayor\\""}
# a note
=Kiss:[Bob Kiss (Progressive)]
=DGM:[Do\xc3\xb1a Garc\xc3\xada # 1]
=No-one : [No one]
12:Kiss>DGM=[Ed "E" Low]   # three
3*DGM/5>Kiss/0
2:
1:[Bob Kiss (Progressive)]
4:Kiss/2,DGM/5,"Ann Li"/2
5:Kiss,DGM
12:Kiss>DGM=[Ed "E" Low]
""", "x.abif")
    assert read.candidates == ("Bob Kiss (Progressive)", "Doña García # 1", "No one", 'Ed "E" Low', "Ann Li")
    assert read.title == '2009 \\"mayor\\"'
    assert read.ballots == (
        (24, Ballot(((0,), (1, 3)))), (3, Ballot(((1,), (0,)), ((0, 0), (1, 5)))), (2, Ballot()), (1, Ballot(((0,),))),
        (4, Ballot(((1,), (0, 4)), ((0, 2), (1, 5), (4, 2)))), (5, Ballot(((0, 1),))))


def test_abif_as_its_authors_write_it():
    """Their examples: who has no points on a ballot with points, is left out; names with commas; what is no vote."""
    read = formats.read(b"""{"version": "0.1"}
{max_rating: 6}
42:Memph/400,Nash/200,Chat/133,Knox
26: Memph, Nash/400
5:[A,X]>["B" Y]/5 : { "precinct":51, "county":"Bronx" }
50:
""", "x.abif")
    assert read.candidates == ("Memph", "Nash", "Chat", "Knox", "A,X", '"B" Y')
    assert read.ballots == (
        (42, Ballot(((0,), (1,), (2,)), ((0, 400), (1, 200), (2, 133)))), (26, Ballot(((1,),), ((1, 400),))),
        (5, Ballot(((4,), (5,)), ((5, 5),))), (50, Ballot()))


@pytest.mark.parametrize("said, words", [
    ("A>B\n", "Line 1: a ballot begins with how many"),
    ("x:A>B\n", "Line 1: the number of equal ballots"),
    ("0:A>B\n", "Line 1: the number of equal ballots"),
    ("-3:A>B\n", "Line 1: the number of equal ballots"),
    ("1:A\n2:A>B>A\n", "Line 2: 'A' stands on this ballot more than once"),
    ("1:A\n2:A=A\n", "Line 2: 'A' stands on this ballot more than once"),
    ("1:A>\n", "Line 1: a candidate has to follow"),
    ("1:A>>B\n", "Line 1: this cannot be read: '>B'"),
    ("1:A B\n", "Line 1: this cannot be read"),
    ("1:[A>B\n", "Line 1: this cannot be read"),
    ("1:[]>B\n", "Line 1: a candidate has no name"),
    ("1:A/5>B/x\n", "Line 1: points has to be a whole number|Line 1: points"),
    ("1:A/-5\n", "Line 1: points"),
    ("1:A/5,B/3>C/1\n", "Line 1: where commas part the candidates"),
    ("=A\n1:A\n", "Line 1: a candidate is declared"),
    ("=A:[Ann]\n=A:[Bo]\n", "Line 2: 'A' is declared twice"),
    ("=A:[]\n", "Line 1: a candidate has no name"),
    ("100:\n", "There is no candidate in this file"),
])
def test_abif_that_is_broken_is_refused_with_its_line(said, words):
    refused(said, "x.abif", words)


def test_a_table_of_scot_elex():
    read = formats.read(b'3,2,\n5,1,3,\n2,,2,\n1,3\n"Candidate 1","Ann, Dr","Green (Gr)",\n"Candidate 2","Bo","Ind",\n'
                        b'"Candidate 3","Cy","Ind",\n"Ward 1 - North",', "x.csv")
    assert read == Election(("Ann, Dr", "Bo", "Cy"), (
        (5, Ballot(((0,), (2,)))), (2, Ballot(((), (1,)))), (1, Ballot(((2,),)))), 2, title="Ward 1 - North")
    names = "".join(f'"Candidate {n}","x{n}","",\n' for n in range(1, 13))
    refused('3,2,\n5,1,4,\n"Candidate 1","A","",\n', "x.csv", "Line 2: a candidate's number")
    refused('2,1,\n5,1,\n"Candidate 1","A","",\n', "x.csv", "there are 2 candidates, but 1 names")
    refused(f'12,1,\n5,1 2,\n{names}', "x.csv", "Line 2: a candidate's number has to be a whole number, not '1 2'")
    refused("a;b\n", "x.csv", "Line 1: it has to say how many")


def test_blanks_around_the_marks_of_a_paper_say_nothing():
    spaced = NEW.replace("1,{2, 3}", " 1 , { 2 ,  3 } ").replace("{1,2},3", "{1,2} ,3")
    assert formats.read(spaced.encode(), "x.toi") == formats.read(NEW.encode(), "x.toi")


def test_a_million_lines_are_read_in_seconds():
    lines = [f"{1 + n % 3} {1 + n % 9} {1 + (n + 1 + n % 7) % 9} 0" for n in range(1_000_000)]
    said = "\n".join(["9 3", *lines, "0", *(f'"N{n}"' for n in range(9))]).encode()
    start = time.process_time()
    read = formats.read(said, "x.blt")
    assert time.process_time() - start < 20
    assert len(read.ballots) < 100 and sum(n for n, _ in read.ballots) == 2_000_000 - 1
