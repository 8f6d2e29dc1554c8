"""Runs the tests of one module of CPython's test package and says of each method how it ended.

usage: methods.py MODULE SECONDS [ID...]     the tests with these ids are left out

A line is written when a method starts and when it ends, so that the caller knows which one a hang or a crash belongs to.
A method that takes longer than SECONDS ends the process.
"""
import faulthandler
import os
import sys
import tempfile
import unittest

# Tests close, replace and capture the standard streams.
report = os.dup(1)


def tell(kind, test, text=""):
    test = test if isinstance(test, str) else test.id()
    os.write(report, "@@ {}\t{}\t{}\n".format(kind, test, " ".join(text.split())[-300:]).encode(errors="replace"))


class Result(unittest.TestResult):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def startTest(self, test):
        super().startTest(test)
        tell("start", test)
        faulthandler.dump_traceback_later(self.limit, exit=True)

    def stopTest(self, test):
        faulthandler.cancel_dump_traceback_later()
        super().stopTest(test)

    def addSuccess(self, test):
        tell("ok", test)

    def addError(self, test, err):
        tell("error", test, self._exc_info_to_string(err, test))

    def addFailure(self, test, err):
        tell("fail", test, self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        if err is not None:
            tell("fail", test, self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        tell("skip", test, reason)

    def addExpectedFailure(self, test, err):
        tell("ok", test)

    def addUnexpectedSuccess(self, test):
        tell("fail", test, "succeeded, but was expected to fail")


def without(suite, done):
    kept = unittest.TestSuite() if type(suite) is unittest.TestSuite else type(suite)()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(without(test, done))
        elif test.id() not in done:
            kept.addTest(test)
    return kept


def main():
    module, limit, done = sys.argv[1], float(sys.argv[2]), set(sys.argv[3:])
    os.chdir(tempfile.mkdtemp())
    from test import support  # noqa: E402: after the folder, as it notes where it was loaded

    support.verbose = 0
    # What asks for a network there is served by the test itself.
    support.use_resources = ["network"] if module == "test_socketserver" else []
    try:
        suite = without(unittest.defaultTestLoader.loadTestsFromName("test." + module), done)
    except unittest.SkipTest as reason:
        tell("skip", module, str(reason))
        suite = unittest.TestSuite()
    suite.run(Result(limit))
    tell("end", module)
    # Threads and children that a test left behind must not hold up the end.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


# A child that multiprocessing spawns imports this file.
if __name__ == "__main__":
    main()
