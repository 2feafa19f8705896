from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evaluation.sets import Evidence, load


def table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_columns_are_known_by_their_names(tmp_path: Path) -> None:
    path = table(
        tmp_path / "mine.csv",
        "Question ID,Question,Document,Quote,Answer,Kind,Pages,Difficulty\n"
        'k1,"Who, then?",letter.txt,He did.,he,fact,921,easy\n'
        "k2,When?,,,,none,,\n",
    )
    found = load(path)
    assert (found.name, found.problems, found.corpus) == ("mine", (), None)
    first, second = found.questions
    assert (first.id, first.question, first.kind, first.pages) == ("k1", "Who, then?", "fact", "921")
    assert (first.evidence, first.answers) == ((Evidence("letter.txt", "He did."),), ("he",))
    assert first.columns == (("Difficulty", "easy"),)
    assert not second.answerable
    assert second.columns == ()


def test_columns_are_chosen(tmp_path: Path) -> None:
    path = table(tmp_path / "mine.tsv", "Frage\tDatei\tFundstelle\nWer?\ta.txt\tEr war es.\n")
    with pytest.raises(UsageError, match=r'which column holds the questions.*"Frage", "Datei", "Fundstelle"'):
        load(path)
    found = load(path, columns={"question": "Frage", "document": "Datei", "quote": "fundstelle"})
    (question,) = found.questions
    assert (question.id, question.question) == ("2", "Wer?")
    assert question.evidence == (Evidence("a.txt", "Er war es."),)
    with pytest.raises(UsageError, match='no column "Wo" for pages'):
        load(path, columns={"question": "Frage", "document": "Datei", "pages": "Wo"})
    with pytest.raises(UsageError, match='"page" is nothing'):
        load(path, columns={"page": "Datei"})
    with pytest.raises(UsageError, match="which column names the documents"):
        load(path, columns={"question": "Frage"})


def test_a_chosen_column_stands_before_a_known_one(tmp_path: Path) -> None:
    path = table(tmp_path / "mine.csv", "question,short,document\nWho was it?,who,d\n")
    (question,) = load(path, columns={"question": "short"}).questions
    assert question.question == "who"
    assert question.columns == (("question", "Who was it?"),)


@pytest.mark.parametrize("first_line", ["", "sep=;\n"])
def test_rows_of_one_id_are_one_question(tmp_path: Path, first_line: str) -> None:
    path = table(
        tmp_path / "mine.csv",
        f"{first_line}id;question;document;quote;answer\n"
        "k1;Who?;a;One.;he\nk1;;b;Two.;the man\nk1;Who?;a;One.;he\nk2;Who?;c;;\n",
        "utf-8-sig",
    )
    first, second = load(path).questions
    assert first.evidence == (Evidence("a", "One."), Evidence("b", "Two."))
    assert first.answers == ("he", "the man")
    assert second.evidence == (Evidence("c"),)


def test_without_ids_rows_of_the_same_question_are_one(tmp_path: Path) -> None:
    path = table(
        tmp_path / "mine.csv",
        'question,document,after\nWho?,a,\nWho?,b,\nWho?,c,"First?\nSecond? | Third?"\n',
    )
    first, second = load(path).questions
    assert [item.document for item in first.evidence] == ["a", "b"]
    assert second.after == ("First?", "Second?", "Third?")
    assert first.id != second.id


def test_bad_lines_are_named_in_order_and_the_others_run(tmp_path: Path) -> None:
    path = table(
        tmp_path / "mine.csv",
        "id,question,document,quote\nk1,Who?,a,x\nk2,,a,x\nk3,When?,,x\nk4,too,few\n,No id?,a,x\n"
        'k1,Another?,a,x\nk5,Where?,a,"He said\nso."\nk6,"How?,a,x\n',
    )
    found = load(path)
    assert [question.id for question in found.questions] == ["k1", "k5"]
    assert found.questions[1].evidence == (Evidence("a", "He said\nso."),)
    words = ["line 3: no question", "line 4: there is a quote", "line 5: has 3 fields", "line 6: no id",
             "line 7: id \"k1\" is already", "line 10: a quotation mark"]  # fmt: skip
    assert len(found.problems) == len(words)
    for problem, expected in zip(found.problems, words, strict=True):
        assert f"{path}, {expected}" in problem
        assert "\n" not in problem


def test_a_spreadsheet_in_another_encoding_says_which(tmp_path: Path) -> None:
    rows = "".join(f"Où était l'été numéro {i}?,café.txt,Là-bas à la fenêtre\n" for i in range(20))
    path = table(tmp_path / "mine.csv", f"question,document,quote\n{rows}", "cp1252")
    with pytest.raises(UsageError, match=r"Windows-125\d.*UTF-8"):
        load(path)


def test_a_table_without_rows_or_a_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no question in it"):
        load(table(tmp_path / "mine.csv", "question,document\n"))
    with pytest.raises(UsageError, match="It is empty"):
        load(table(tmp_path / "empty.csv", "\n"))
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04rest")
    with pytest.raises(UsageError, match="zip archive"):
        load(tmp_path / "book.csv")
