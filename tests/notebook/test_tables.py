"""The page's table of events, read by pandas and polars as the README says."""

import os
import unittest

import pandas
import polars

FILE = os.environ["EVENTS_CSV"]
# As the scenario has them: what readers of tables take for nothing, or for a number.
KEYS = {"null", "NA", "7", "nan"}


class Tables(unittest.TestCase):
    def test_the_table_has_what_readers_get_wrong(self):
        rows = polars.read_csv(FILE)
        self.assertTrue(rows["sent_us"][:100].is_null().all(), "the first hundred rows have none")
        self.assertEqual(rows["sent_us"].dtype, polars.String)
        self.assertTrue(pandas.read_csv(FILE)["key"].isna().any())

    def test_pandas(self):
        events = pandas.read_csv(
            FILE, keep_default_na=False, na_values={"sent_us": [""]}, dtype={"key": str, "sent_us": "Int64"}
        )
        self.assertLessEqual(KEYS, set(events["key"]))
        self.check(events["sent_us"].dropna().tolist(), events["at_us"].tolist(), set(events["event"]))

    def test_polars(self):
        events = polars.read_csv(FILE, schema_overrides={"key": polars.String, "sent_us": polars.Int64})
        self.assertLessEqual(KEYS, set(events["key"]))
        self.check(events["sent_us"].drop_nulls().to_list(), events["at_us"].to_list(), set(events["event"]))

    def check(self, sent_us, at_us, events):
        self.assertTrue(sent_us and all(isinstance(each, int) for each in sent_us))
        self.assertLessEqual(max(sent_us), max(at_us))
        self.assertLessEqual({"initial", "arrived"}, events)


if __name__ == "__main__":
    unittest.main()
