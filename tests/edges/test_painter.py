"""Charts drawn by the real child; and what a report gets where there is none."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from core.report.samples import MEASURES, book, measures
from vastine.core.report.charts import Chart, as_json, chart_of
from vastine.core.report.html import HEIGHT, WIDTH
from vastine.core.report.mails import page_of
from vastine.edges.painter import Painter, PainterError
from vastine.texts import LANGUAGES


def charts(audience: str = "management", language: str = "fi") -> tuple[Chart, ...]:
    return page_of(MEASURES, book(), audience=audience, language=language).charts


def pretending(code: str, **settings: float) -> Painter:
    return Painter((sys.executable, "-c", code), **settings)


@pytest.mark.parametrize("audience", ["owner", "management"])
def test_every_chart_becomes_a_small_sharp_picture(audience: str) -> None:
    drawn = Painter().paint(charts(audience))
    assert list(drawn) == [chart.name for chart in charts(audience)]
    for content in drawn.values():
        with Image.open(BytesIO(content)) as picture:
            picture.load()
            assert picture.size == (2 * WIDTH, 2 * HEIGHT)
            assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
        assert len(content) < 40_000


def test_charts_of_one_week_or_of_noughts_can_be_drawn() -> None:
    line = next(chart for chart in charts() if chart.kind == "lines")
    odd = replace(line, series=(replace(line.series[0], values=(None, *[0.0] * 11)),))
    assert set(Painter().paint((odd,))) == {line.name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_comes_through_to_the_child_as_it_is(language: str) -> None:
    for chart in charts(language=language):
        assert chart_of(as_json(chart)) == chart


def test_nothing_to_draw_starts_no_child() -> None:
    assert Painter(("/nonexistent",)).paint(()) == {}


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "it ended with -9"),
        ("raise SystemExit('no memory')", "no memory"),
        ("print('hello')", "nonsense"),
        ("print('[1]')", "nonsense"),
        ('print(\'{"flow": "?"}\')', "nonsense"),
    ],
)
def test_a_child_that_fails_is_told_of_in_a_sentence(code: str, why: str) -> None:
    with pytest.raises(PainterError, match=why):
        pretending(code).paint(charts())


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(PainterError, match="longer than"):
        pretending("import time; time.sleep(60)", longest=0.2).paint(charts())


def test_stopping_ends_a_child_that_hangs(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    painter = pretending(f"import time; open({str(begun)!r}, 'w').close(); time.sleep(600)", longest=500)
    with ThreadPoolExecutor() as threads:
        drawn = threads.submit(painter.paint, charts())
        while not begun.exists():
            time.sleep(0.01)
        painter.stop()
        with pytest.raises(PainterError, match="it ended with -9"):
            drawn.result(60)


def test_once_stopped_it_starts_no_child() -> None:
    painter = Painter()
    painter.stop()
    with pytest.raises(PainterError, match="nothing is drawn any more"):
        painter.paint(charts())


def test_a_child_that_cannot_be_started_is_told_of() -> None:
    with pytest.raises(PainterError, match="could not be started"):
        Painter(("/nonexistent",)).paint(charts())


def test_what_is_no_picture_is_left_out() -> None:
    assert pretending('print(\'{"flow": "aGVs"}\')').paint(charts()) == {}


def test_the_process_that_asks_never_loads_what_draws() -> None:
    code = (
        "import sys; from core.report.samples import *; from vastine.edges.painter import Painter;"
        "from vastine.core.report.mails import page_of;"
        "Painter().paint(page_of(MEASURES, book(), audience='owner', language='fi').charts);"
        "import vastine.app; sys.exit('matplotlib' in sys.modules)"
    )
    import subprocess

    done = subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": "tests"}, timeout=90)
    assert done.returncode == 0


def test_many_bars_are_summed_up_in_the_last() -> None:
    topics = {f"topic {n}": replace(MEASURES.figures, received=50 - n) for n in range(20)}
    page = page_of(measures(by={"topic": topics}), book(), audience="management", language="fi")
    bars = next(chart for chart in page.charts if chart.name == "causes")
    assert (len(bars.labels), bars.labels[-1], bars.written[-1]) == (6, "Muut (15)", str(sum(range(31, 46))))
