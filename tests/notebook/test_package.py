"""The Python package as it is installed: the engine, its errors, and the widget without a browser."""

import json
import pickle
import subprocess
import tempfile
import unittest
from pathlib import Path

import stalemate
from stalemate import Playground, StalemateError, Stopped

SMALL = {
    "rows": {"each": {"user:1": "Ada"}},
    "actions": [
        {"at_us": 0, "do": "read", "key": "user:1"},
        {"at_us": 100_000, "do": "outside-write", "key": "user:1", "value": "Bob"},
        {"at_us": 200_000, "do": "read", "key": "user:1"},
    ],
}


class Runs(unittest.TestCase):
    def test_every_form_of_a_scenario_gives_what_the_command_line_gives(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "small.json")
            file.write_text(json.dumps(SMALL), encoding="utf-8")
            said = subprocess.run([stalemate.program(), "run", file, "--json"], capture_output=True, check=True)
            expected = json.loads(said.stdout)
            self.assertEqual(expected["reads"]["stale"], 1)
            forms = [SMALL, json.dumps(SMALL), file, str(file), stalemate.link(SMALL), Playground(scenario=SMALL)]
            for form in forms:
                self.assertEqual(stalemate.run(form), expected, form)

    def test_a_preset_is_run_with_changes(self):
        self.assertEqual(stalemate.run("ca6")["reads"]["stale"], 2)
        self.assertEqual(stalemate.run("ca6", strategy="leases")["reads"]["stale"], 0)
        self.assertEqual(stalemate.run("ca6", until=0.4)["reads"]["total"], 1)
        one, other = (stalemate.run("mx2", seed=seed)["checksum"] for seed in (1, 2))
        self.assertNotEqual(one, other)
        set_ttl = stalemate.run(stalemate.preset("ca6"), set={"TTL": 1})
        self.assertNotEqual(set_ttl["checksum"], stalemate.run("ca6")["checksum"])

    def test_a_strategy_can_be_a_text(self):
        source = "# Mine: always from the database.\n\ndef read(key):\n    return db.read(key)\n\n\n" \
                 "def write(key, value):\n    db.write(key, value)\n"
        self.assertEqual(stalemate.run(SMALL, strategy=source)["reads"]["stale"], 0)
        claim = "text-1.py.reads.stale < cache-aside.reads.stale"
        compared = stalemate.compare(SMALL, ["cache-aside", source], expect=[claim])
        self.assertEqual([run["report"]["reads"]["stale"] for run in compared["runs"]], [1, 0])
        self.assertEqual([run["strategy"] for run in compared["runs"]], ["cache-aside", "text-1.py"])
        self.assertEqual([each["holds"] for each in compared["expectations"]], [True])

    def test_a_comparison_has_a_report_each_and_judges_claims(self):
        claim = "write-through.reads.stale <= cache-aside:TTL=5.reads.stale"
        compared = stalemate.compare("mx2", ["write-through", "cache-aside:TTL=5"], until=5, expect=[claim])
        self.assertEqual([run["strategy"] for run in compared["runs"]], ["write-through", "cache-aside"])
        self.assertEqual(len(compared["expectations"]), 1)
        self.assertIn("reads.stale", {row["name"] for row in compared["rows"]})

    def test_an_expectation_that_does_not_hold_is_in_the_report(self):
        expects = {**SMALL, "expect": [{"path": "reads.stale", "equals": 7}]}
        self.assertEqual([each["holds"] for each in stalemate.run(expects)["expectations"]], [False])

    def test_every_order_is_tried(self):
        self.assertTrue(stalemate.explore("ca6"))

    def test_what_is_built_in_is_listed(self):
        self.assertIn("ca6", {each["id"] for each in stalemate.presets()})
        self.assertIn("leases", {each["id"] for each in stalemate.strategies()})
        self.assertEqual(stalemate.run(stalemate.preset("ca6"))["reads"], stalemate.run("ca6")["reads"])


class Errors(unittest.TestCase):
    def check(self, words, call, *arguments, **options):
        with self.assertRaises(StalemateError) as raised:
            call(*arguments, **options)
        self.assertIn(words, str(raised.exception))
        self.assertTrue(raised.exception.problems)
        return raised.exception

    def test_wrong_input_is_told_as_on_the_command_line(self):
        self.check("did you mean the preset ca6?", stalemate.run, "ca66")
        self.check("scenario:1:11: seed: is -1; allowed: 0..", stalemate.run, {"seed": -1})
        self.check("not JSON", stalemate.run, {"seed": {1, 2}})
        self.check("not JSON", stalemate.run, {"seed": float("nan")})
        self.check("no scenario", stalemate.run, None)
        self.check("no scenario", stalemate.run, "")
        self.check("no scenario", stalemate.run, "-")
        self.check("--help", stalemate.run, "--help")
        self.check("is not JSON", stalemate.run, "{")
        self.check("--seed", stalemate.run, "ca6", seed=-1)
        self.check("--until", stalemate.run, "ca6", until=0)
        self.check("leases", stalemate.run, "ca6", strategy="lease")
        self.check("TTTL", stalemate.run, "ca6", set={"TTTL": 1})
        self.check("ca6", stalemate.preset, "ca66")
        self.check("--strategies", stalemate.compare, SMALL)
        self.check("wrote", stalemate.compare, SMALL, ["cache-aside", "wrote-through"])
        self.check("nonsense", stalemate.explore, "ca6", nonsense=1)
        self.check("ca6", stalemate.link, "ca66")

    def test_each_problem_is_told_with_its_place(self):
        wrong = {"rows": {"each": {"user:1": "Ada"}}, "actions": [
            {"at_us": 0, "do": "read", "key": "user:1", "client": ""},
            {"at_us": 0, "do": "kill-cache", "cache": "cache_9"},
        ]}
        error = self.check("actions[1]", stalemate.run, wrong)
        self.assertTrue(all({"path", "message", "line"} <= set(each) for each in error.problems), error.problems)

    def test_an_error_in_a_program_has_its_line(self):
        source = "def read(key):\n    return key[0]\n\n\ndef write(key, value):\n    db.wrte(key, value)\n"
        error = self.check("text-1.py:6:", stalemate.run, SMALL, strategy=source)
        self.assertEqual((error.problems[0]["file"], error.problems[0]["line"]), ("text-1.py", 6))

    def test_a_run_that_stops_early_raises_and_has_what_there_is(self):
        with self.assertRaises(Stopped) as raised:
            stalemate.run({"limits": {"events": 100}, "workloads": [{}]})
        self.assertIn("100 events", str(raised.exception))
        self.assertIn("reads", raised.exception.report)

    def test_errors_travel_between_processes(self):
        for error in [StalemateError([{"message": "a", "file": "b"}]), Stopped([{"message": "a"}], {"reads": {}})]:
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual((type(again), str(again), again.__dict__), (type(error), str(error), error.__dict__))


class Widget(unittest.TestCase):
    def test_it_opens_what_it_is_given(self):
        self.assertEqual(Playground().preset, "cache-aside")
        self.assertEqual(Playground("ca6").scenario, stalemate.preset("ca6"))
        self.assertEqual(Playground(scenario="ca6").preset, "ca6")
        own = Playground(scenario=SMALL, time_us=5)
        self.assertEqual((own.preset, own.scenario, own.time_us), ("", SMALL, 5))
        self.assertEqual(Playground(compact=True).height, 440)
        self.assertEqual(Playground(compact=True, height=0).height, 0)

    def test_wrong_input_is_refused_before_it_is_shown(self):
        for wrong in [{"preset": "ca66"}, {"scenario": {"seed": -1}}]:
            with self.assertRaises(StalemateError):
                Playground(**wrong)
        for wrong in [{"preset": "ca6", "scenario": SMALL}, {"presett": "ca6"}]:
            with self.assertRaises(TypeError):
                Playground(**wrong)
        shown = Playground("ca6")
        for name, wrong in [("preset", "ca66"), ("scenario", {"seed": -1})]:
            with self.assertRaises(StalemateError):
                setattr(shown, name, wrong)
        self.assertEqual((shown.preset, shown.scenario), ("ca6", stalemate.preset("ca6")))

    def test_what_python_sets_the_page_is_told(self):
        shown = Playground("ca6", time_us=5)
        self.assertEqual(shown._told, 0)
        shown.time_us = 7
        shown.playing = True
        self.assertEqual(shown._told, 2)
        shown.scenario = SMALL
        self.assertEqual((shown._told, shown.preset, shown.time_us, shown.playing), (3, "", 0, False))
        self.assertEqual(json.loads(shown._document), SMALL)
        shown.preset = "ca7"
        self.assertEqual((shown._told, shown._document), (4, ""))
        self.assertEqual(shown.scenario, stalemate.preset("ca7"))

    def test_what_the_page_tells_it_is_not_told_again(self):
        shown = Playground("ca6")
        heard = []
        shown.observe(lambda change: heard.append(change["name"]), ["scenario", "violations", "time_us"])
        shown.set_state({"time_us": 501_000, "violations": [{"kind": "stale read"}], "_document": json.dumps(SMALL)})
        self.assertEqual(sorted(heard), ["scenario", "time_us", "violations"])
        self.assertEqual((shown._told, shown.scenario), (0, SMALL))
        self.assertEqual(stalemate.run(shown), stalemate.run(SMALL))
        shown.set_state({"_document": ""})
        self.assertEqual(shown.scenario, stalemate.preset("ca6"))

    def test_the_page_is_handed_over_when_it_is_asked_for(self):
        shown = Playground()
        sent = []
        shown.send = lambda content, buffers=None: sent.append((content, buffers))
        shown._handle_custom_msg({"type": "files"}, [])
        [(content, files)] = sent
        self.assertEqual(len(content["names"]), len(files))
        self.assertIn("index.html", content["names"])
        self.assertTrue(any(name.endswith("_bg.wasm") for name in content["names"]))
        self.assertTrue(all(file.startswith(b"\x1f\x8b") for file in files))


if __name__ == "__main__":
    unittest.main()
