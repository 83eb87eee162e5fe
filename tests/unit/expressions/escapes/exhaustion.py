"""Time, memory, stack, output: what would keep others from being served."""

from tests.unit.expressions.escapes.attempt import EXHAUSTED, Attempt, Fails, Harmless

_RECURSION = Fails("error", "RecursionError")
_DEEP = "x = []\nfor i in range(50000):\n    x = [x]\n"

ATTEMPTS = [
    Attempt("a loop without an end", "while True:\n    pass", Fails("timeout")),
    Attempt("a loop that catches what would stop it", "while True:\n    try:\n        while True:\n            pass\n"
            "    except BaseException:\n        pass", Fails("timeout crash")),
    Attempt("an end put off in a finally", "try:\n    while True:\n        pass\nfinally:\n    while True:\n"
            "        pass", Fails("timeout crash")),
    Attempt("a sum over more than there is time for", "return sum(range(10 ** 12))", Fails("timeout")),
    Attempt("an iterator without an end", "import itertools\nreturn list(itertools.count())", EXHAUSTED),
    Attempt("sleep", "import time\ntime.sleep(60)", Fails("timeout")),
    Attempt("sleep in a coroutine", "import asyncio\nasync def f():\n    await asyncio.sleep(60)\n"
            "return asyncio.run(f())", Fails("timeout")),
    Attempt("a text that grows", "x = 'a'\nwhile True:\n    x += x", EXHAUSTED),
    Attempt("a text by multiplication", "return 'a' * 10 ** 10", Fails("memory")),
    Attempt("bytes by multiplication", "return b'a' * 10 ** 10", Fails("memory")),
    Attempt("a text padded", "return 'a'.ljust(10 ** 10)", EXHAUSTED),
    Attempt("a text formatted wide", "return f'{1:>10000000000}'", Fails("memory error")),
    Attempt("a text replaced by longer ones", "x = 'a' * 10 ** 4\nreturn x.replace('a', x * 100)", EXHAUSTED),
    Attempt("a list by multiplication", "return [[]] * 10 ** 9", Fails("memory")),
    Attempt("a list of a range", "return list(range(10 ** 9))", EXHAUSTED),
    Attempt("a dict that grows", "d = {}\ni = 0\nwhile True:\n    d[i] = [i]\n    i += 1", EXHAUSTED),
    Attempt("a number of many digits", "return 10 ** 10 ** 8", EXHAUSTED),
    Attempt("a number shifted far", "return 1 << 10 ** 11", Fails("memory error")),
    Attempt("a tower of powers", "x = 3\nwhile True:\n    x = x ** x", Fails("memory error")),
    Attempt("a number as text", "return str(10 ** 100000)", Fails("error", "digits")),
    Attempt("a text as number", "return int('9' * 1000000)", Fails("error", "digits")),
    Attempt("a factorial", "import math\nreturn math.factorial(10 ** 7)", Fails("memory timeout crash error")),
    Attempt("recursion", "def f(n):\n    return f(n + 1)\nreturn f(0)", _RECURSION),
    Attempt("recursion of two", "def f():\n    return g()\ndef g():\n    return f()\nreturn f()", _RECURSION),
    Attempt("recursion of a method", "class A:\n    def __str__(self):\n        return str(self)\n"
            "return str(A())", _RECURSION),
    Attempt("recursion in comparing", "class A:\n    def __eq__(self, other):\n        return self == other\n"
            "return A() == A()", _RECURSION),
    Attempt("recursion in sorting", "def f(x):\n    return sorted([x, x], key=f)\nreturn f(1)", _RECURSION),
    Attempt("deep nesting as text", f"{_DEEP}return len(str(x)) > 1", Harmless(True)),
    Attempt("deep nesting compared", f"{_DEEP}y = [x]\nreturn x == y", Fails("error timeout memory crash")),
    Attempt("deep nesting in JSON", "import json\nreturn json.loads('[' * 100000)", Fails("error", "limit")),
    Attempt("deep brackets in the source", f"return {'(' * 5000}1{')' * 5000}", Fails("syntax")),
    Attempt("deep calls in the source", f"return {'f(' * 150}1{')' * 150}", Fails("syntax error")),
    Attempt("many signs in the source", f"return {'-' * 20000}1", Fails("syntax error")),
    Attempt("a long chain in the source", f"return a{'.b' * 5000}", Fails("syntax error")),
    Attempt("a long sum in the source", f"return {'+'.join(['1'] * 5000)}", Fails("syntax error")),
    Attempt("deep blocks in the source",
            "\n".join(f"{' ' * i}if True:" for i in range(120)) + f"\n{' ' * 120}pass", Fails("syntax")),
    Attempt("a pattern that goes back and forth", "return regex_match('a' * 40 + '!', r'(a+)+$')", Harmless(False)),
    Attempt("a pattern with references back",
            "return regex_match('a' * 60 + '!', r'(a*)*\\1*b')", Fails("error timeout crash memory")),
    Attempt("a pattern of great size", "return re.compile('a{1000000}')", Fails("error", "PatternError")),
    Attempt("a pattern nested deeply", "return re.compile('(' * 5000 + ')' * 5000)", Fails("error", "nested")),
    Attempt("much that is printed at once", "print('x' * 1000000)", EXHAUSTED),
    Attempt("printing without an end", "while True:\n    print('x' * 1000)", EXHAUSTED),
    Attempt("messages without an end", "while True:\n    ak_message('x' * 1000)", EXHAUSTED),
    Attempt("logs without an end", "while True:\n    ak_logger.info('x' * 1000)", EXHAUSTED),
    Attempt("questions to the host without an end",
            "while True:\n    ak_user_by(username='x')", Fails("error", "limit 200")),
    Attempt("questions that catch their end", "while True:\n    try:\n        ak_user_by(username='x')\n"
            "    except BaseException:\n        pass", Fails("error timeout", "")),
    Attempt("names that nobody knows, without an end", "while True:\n    try:\n        nobody\n"
            "    except NameError:\n        pass", Fails("error timeout")),
    Attempt("an exception with a long text", "raise ValueError('x' * 1000000)", Fails("error", "ValueError")),
]  # fmt: skip
