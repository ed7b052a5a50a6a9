"""Dates as people say them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import html5lib
import pytest

from portal.base.clock import frozen
from portal.pages import dates as module
from portal.pages.dates import Dates

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOCALES = ("zh_Hans_CN", "zh_Hant_HK", "en")


def ts(text, zone=SHANGHAI):
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


NOW = ts("2026-11-22T14:00")


def all_three(method, *args, now=NOW, **options):
    return [getattr(Dates(SHANGHAI, locale, now), method)(*args, **options) for locale in LOCALES]


@pytest.mark.parametrize(("method", "moment", "said"), [
    ("day", "2026-11-28T09:30", ["周六 11月28日", "11月28日（星期六）", "Sat 28 November"]),
    ("day", "2027-01-03T09:30", ["周日 2027年1月3日", "2027年1月3日（星期日）", "Sun 3 January 2027"]),
    ("at", "2026-11-28T09:30",
     ["周六 11月28日 上午9:30", "11月28日（星期六）上午9時30分", "Sat 28 November, 9:30 am"]),
    ("at", "2026-11-28T23:59",
     ["周六 11月28日 当晚23:59", "11月28日（星期六）當晚11時59分", "Sat 28 November, 11:59 pm"]),
    ("said", "2026-03-08T09:30", ["3月8日（周日）", "3月8日（星期日）", "Sunday 8 March"]),
    ("said_at", "2025-03-08T09:30",
     ["2025年3月8日（周六）上午9:30", "2025年3月8日（星期六）上午9時30分", "Saturday 8 March 2025, 9:30 am"]),
    ("said_at", "2026-11-28T18:00",
     ["11月28日（周六）下午6:00", "11月28日（星期六）下午6時", "Saturday 28 November, 6 pm"]),
    ("month_title", "2026-11-28T00:00", ["11月", "11月", "November"]),
    ("month_title", "2027-01-01T00:00", ["2027年1月", "2027年1月", "January 2027"]),
    ("date_tile", "2026-11-28T09:30",
     [("周六", "28", "11月"), ("星期六", "28", "11月"), ("Sat", "28", "Nov")]),
    ("date_tile", "2027-01-03T09:30",
     [("周日", "3", "2027年1月"), ("星期日", "3", "2027年1月"), ("Sun", "3", "Jan 2027")]),
    ("clock_tile", "2026-11-28T15:00", [("下午", "3:00"), ("下午", "3:00"), ("pm", "3:00")]),
    ("iso", "2026-11-28T09:30", ["2026-11-28T09:30+08:00"] * 3),
    ("iso_day", "2026-11-28T23:59", ["2026-11-28"] * 3),
    ("near", "2026-11-21T00:00", ["昨天 11月21日", "昨日（11月21日）", "Yesterday, 21 November"]),
    ("near", "2026-11-22T23:59", ["今天 11月22日", "今日（11月22日）", "Today, 22 November"]),
    ("near", "2026-11-23T00:00", ["明天 11月23日", "明日（11月23日）", "Tomorrow, 23 November"]),
    ("near", "2026-11-24T00:00", ["周二 11月24日", "11月24日（星期二）", "Tue 24 November"]),
    ("near_at", "2026-11-23T15:00",
     ["明天 11月23日 下午3:00", "明日（11月23日）下午3時", "Tomorrow, 23 November, 3 pm"]),
])
def test_one_moment(method, moment, said):
    assert all_three(method, ts(moment)) == said


@pytest.mark.parametrize(("time", "said"), [
    ("00:00", ["凌晨0:00", "凌晨零時", "12 am"]),
    ("04:59", ["凌晨4:59", "凌晨4時59分", "4:59 am"]),
    ("05:00", ["早上5:00", "早上5時", "5 am"]),
    ("07:59", ["早上7:59", "早上7時59分", "7:59 am"]),
    ("08:00", ["上午8:00", "上午8時", "8 am"]),
    ("09:30", ["上午9:30", "上午9時30分", "9:30 am"]),
    ("11:59", ["上午11:59", "上午11時59分", "11:59 am"]),
    ("12:00", ["中午12:00", "中午12時", "noon"]),
    ("12:30", ["中午12:30", "中午12時30分", "12:30 pm"]),
    ("13:00", ["下午1:00", "下午1時", "1 pm"]),
    ("18:00", ["下午6:00", "下午6時", "6 pm"]),
    ("19:05", ["晚上7:05", "晚上7時05分", "7:05 pm"]),
    ("20:00", ["晚上8:00", "晚上8時", "8 pm"]),
    ("23:59", ["晚上11:59", "晚上11時59分", "11:59 pm"]),
])
def test_clock(time, said):
    assert all_three("clock", ts(f"2026-11-28T{time}")) == said


@pytest.mark.parametrize(("start", "end", "said"), [
    ("2026-11-28T09:30", "2026-11-28T11:30",
     ["周六 11月28日 上午9:30 到 11:30", "11月28日（星期六）上午9時30分至11時30分",
      "Sat 28 November, 9:30 to 11:30 am"]),
    ("2026-11-29T10:00", "2026-11-29T16:00",
     ["周日 11月29日 上午10:00 到下午4:00", "11月29日（星期日）上午10時至下午4時",
      "Sun 29 November, 10 am to 4 pm"]),
    ("2026-11-29T09:00", "2026-11-29T12:00",
     ["周日 11月29日 上午9:00 到中午12:00", "11月29日（星期日）上午9時至中午12時",
      "Sun 29 November, 9 am to noon"]),
    ("2026-11-29T12:00", "2026-11-29T14:00",
     ["周日 11月29日 中午12:00 到下午2:00", "11月29日（星期日）中午12時至下午2時",
      "Sun 29 November, noon to 2 pm"]),
    ("2026-11-28T20:00", "2026-11-29T00:00",
     ["周六 11月28日 晚上8:00 到午夜12:00", "11月28日（星期六）晚上8時至午夜12時",
      "Sat 28 November, 8 pm to midnight"]),
    ("2026-12-31T20:00", "2027-01-01T01:00",
     ["周四 12月31日 晚上8:00 到次日凌晨1:00", "12月31日（星期四）晚上8時至翌日凌晨1時",
      "Thu 31 December, 8 pm to 1 am the next day"]),
    ("2026-11-28T09:30", "2026-11-29T17:00",
     ["周六 11月28日 上午9:30 到周日 11月29日 下午5:00",
      "11月28日（星期六）上午9時30分至11月29日（星期日）下午5時",
      "Sat 28 November, 9:30 am to Sun 29 November, 5 pm"]),
    ("2026-11-27T09:00", "2026-11-29T00:00",
     ["周五 11月27日 上午9:00 到周六 11月28日 午夜12:00",
      "11月27日（星期五）上午9時至11月28日（星期六）午夜12時",
      "Fri 27 November, 9 am to Sat 28 November, midnight"]),
    ("2026-12-31T09:00", "2027-01-02T10:00",
     ["周四 12月31日 上午9:00 到周六 2027年1月2日 上午10:00",
      "12月31日（星期四）上午9時至2027年1月2日（星期六）上午10時",
      "Thu 31 December, 9 am to Sat 2 January 2027, 10 am"]),
])
def test_from_when_to_when(start, end, said):
    assert all_three("when", ts(start), ts(end)) == said


@pytest.mark.parametrize("end", [None, "2026-11-28T09:30", "2026-11-28T09:00"])
def test_without_a_later_end_only_the_start_is_said(end):
    said = all_three("when", ts("2026-11-28T09:30"), end and ts(end))
    assert said == all_three("at", ts("2026-11-28T09:30"))


@pytest.mark.parametrize(("end", "said"), [
    (None, ["周六 11月28日 全天", "11月28日（星期六）全日", "Sat 28 November, all day"]),
    ("2026-11-28T00:00", ["周六 11月28日 全天", "11月28日（星期六）全日", "Sat 28 November, all day"]),
    ("2026-11-29T00:00", ["周六 11月28日 全天", "11月28日（星期六）全日", "Sat 28 November, all day"]),
    ("2026-12-01T00:00",
     ["周六 11月28日 到周一 11月30日", "11月28日（星期六）至11月30日（星期一）",
      "Sat 28 November to Mon 30 November"]),
])
def test_whole_days(end, said):
    assert all_three("when", ts("2026-11-28T00:00"), end and ts(end), all_day=True) == said


@pytest.mark.parametrize(("moment", "said"), [
    ("2026-11-22T14:00", ["刚刚", "剛剛", "just now"]),
    ("2026-11-22T14:00:30", ["刚刚", "剛剛", "just now"]),  # another machine's clock runs ahead
    ("2026-11-22T13:59:01", ["刚刚", "剛剛", "just now"]),
    ("2026-11-22T13:59", ["1分钟前", "1分鐘前", "1 minute ago"]),
    ("2026-11-22T13:55", ["5分钟前", "5分鐘前", "5 minutes ago"]),
    ("2026-11-22T13:00:01", ["59分钟前", "59分鐘前", "59 minutes ago"]),
    ("2026-11-22T13:00", ["1小时前", "1小時前", "1 hour ago"]),
    ("2026-11-22T00:00", ["14小时前", "14小時前", "14 hours ago"]),
    ("2026-11-21T20:40", ["昨天 晚上8:40", "昨日晚上8時40分", "Yesterday, 8:40 pm"]),
    ("2026-11-20T23:59", ["周五 11月20日", "11月20日（星期五）", "Fri 20 November"]),
    ("2025-10-18T12:00", ["周六 2025年10月18日", "2025年10月18日（星期六）", "Sat 18 October 2025"]),
    ("2026-11-22T18:00", ["周日 11月22日", "11月22日（星期日）", "Sun 22 November"]),  # not past at all
])
def test_ago(moment, said):
    assert all_three("ago", ts(moment)) == said


@pytest.mark.parametrize(("moment", "said"), [
    ("2026-11-15T12:00", ["上周 11月9日到15日", "上星期（11月9日至15日）", "Last week, 9 to 15 November"]),
    ("2026-11-16T00:00", ["这周 11月16日到22日", "本星期（11月16日至22日）", "This week, 16 to 22 November"]),
    ("2026-11-23T00:00", ["下周 11月23日到29日", "下星期（11月23日至29日）", "Next week, 23 to 29 November"]),
    ("2026-12-01T00:00", ["11月30日到12月6日", "11月30日至12月6日", "30 November to 6 December"]),
    ("2027-01-01T00:00", ["2026年12月28日到2027年1月3日", "2026年12月28日至2027年1月3日",
                          "28 December 2026 to 3 January 2027"]),
])
def test_week_title(moment, said):
    assert all_three("week_title", ts(moment)) == said


@pytest.mark.parametrize("locale", LOCALES)
def test_tags_are_valid_and_say_the_same(locale):
    dates, moment = Dates(SHANGHAI, locale, NOW), ts("2026-11-28T09:30")
    for tag, stamp, text in [
        (dates.time_tag(moment), "2026-11-28T09:30+08:00", dates.at(moment)),
        (dates.day_tag(moment), "2026-11-28", dates.day(moment)),
        (dates.when_tag(moment, moment + 3600), "2026-11-28T09:30+08:00", dates.when(moment, moment + 3600)),
        (dates.when_tag(moment, None, True), "2026-11-28", dates.when(moment, None, True)),
    ]:
        time = html5lib.parseFragment(tag.__html__(), namespaceHTMLElements=False)[0]
        assert (time.tag, time.attrib, time.text) == ("time", {"datetime": stamp}, text)


def test_the_zone_decides_the_day():
    moment = ts("2026-11-28T00:30")
    assert Dates("Asia/Shanghai", "en", NOW).day(moment) == "Sat 28 November"
    assert Dates("Europe/Berlin", "en", NOW).at(moment) == "Fri 27 November, 5:30 pm"


def test_the_hour_that_comes_twice_is_told_apart_by_its_offset():
    berlin = Dates("Europe/Berlin", "en", NOW)
    first = int(datetime.fromisoformat("2026-10-25T02:30+02:00").timestamp())
    assert [berlin.iso(first), berlin.iso(first + 3600)] == [
        "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"
    ]


def test_the_year_is_said_again_after_new_year():
    moment = ts("2026-11-28T09:30")
    assert Dates(SHANGHAI, "zh_Hans_CN", ts("2026-12-31T23:59")).day(moment) == "周六 11月28日"
    assert Dates(SHANGHAI, "zh_Hans_CN", ts("2027-01-01T00:00")).day(moment) == "周六 2026年11月28日"


def test_now_is_the_clock_when_nobody_says():
    with frozen(NOW):
        assert Dates(SHANGHAI, "zh_Hans_CN").near(NOW) == "今天 11月22日"


def test_an_unknown_locale_reads_chinese():
    assert Dates(SHANGHAI, "fr", NOW).day(NOW) == "周日 11月22日"


def test_what_was_said_is_kept_but_not_without_end(monkeypatch):
    monkeypatch.setattr(module, "KEPT", 10)
    kept = module._Kept(lambda n: str(n))
    assert [kept[n] for n in range(25)] == [str(n) for n in range(25)]
    assert len(kept) <= 10
    assert kept[24] is kept[24]


def test_requests_share_what_was_said():
    one, other = Dates(SHANGHAI, "en", NOW), Dates("Asia/Shanghai", "en", NOW + 60)
    assert one.at(NOW) is other.at(NOW)
    assert one.when(NOW, NOW + 60) is other.when(NOW, NOW + 60)
