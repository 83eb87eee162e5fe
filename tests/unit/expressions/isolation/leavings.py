"""What an expression might leave behind for the next one, and an expression that would notice."""

from watchword.expressions.sandbox import AT_ONCE

PROBE = """
import csv, decimal, json, math, random, sys
def absent(name):
    try:
        eval(name)
    except NameError:
        return True
    return False
class Other:
    pass
random.seed(7)
return {
    "absent": [absent(name) for name in ("leftover", "Leftover", "_leftover", "sneaky")],
    "messages": _messages, "logs": _logs,
    "given": _given["user"]["attributes"], "context": sorted(context), "data": context["prompt_data"],
    "plan": context["flow_plan"].context, "user": request.user.username, "groups": request.user.groups,
    "built in": [len("ab"), str(5), int("6"), isinstance(1, int), sorted([2, 1]), bool([]), max(1, 2)],
    "helpers": [regex_match("ab", "b"), regex_replace("a1", "[0-9]", ""), list_flatten([3]), slugify("A b")],
    "classes": [hasattr(request, "leftover"), hasattr(request.user, "leftover"), hasattr(Other(), "leftover")],
    "modules": [re.sub("a", "b", "a"), json.dumps({"a": 1}), math.pi > 3, sys.argv],
    "state": [decimal.getcontext().prec, csv.field_size_limit(), csv.list_dialects()],
    "random": random.random(),
    "host": [ak_user_by(username="oscar").pk, phone_parse("+4915123456713")["region"]],
}
"""

LEAVINGS = {
    "a global name": "global leftover\nleftover = 1\nreturn leftover",
    "a global name through exec": "exec('global leftover\\nleftover = 1')\nreturn 1",
    "a global class": "global Leftover\nclass Leftover:\n    pass\nreturn 1",
    "a global function": "global sneaky\ndef sneaky():\n    return 1\nreturn 1",
    "a module under another name": "global re, _leftover\nimport json as re, math as _leftover\nreturn 1",
    "helpers exchanged": "global regex_match, regex_replace, list_flatten, slugify\n"
    "regex_match = regex_replace = list_flatten = slugify = lambda *a, **k: 'taken'\nreturn 1",
    "questions to the host exchanged": "global ak_user_by, phone_parse, _host_user_by, _host_phone_parse\n"
    "ak_user_by = phone_parse = _host_user_by = _host_phone_parse = lambda *a, **k: None\nreturn 1",
    "built-ins exchanged": "global len, str, int, sorted, isinstance, bool, max, eval\n"
    "len = str = int = sorted = isinstance = bool = max = eval = lambda *a, **k: 0\nreturn 1",
    "attributes of classes": "type(request).leftover = 1\ntype(request.user).leftover = 1\nreturn 1",
    "an attribute of the request": "request.leftover = 1\nrequest.user.leftover = 1\nreturn 1",
    "changed people": "request.user.username = 'x'\nrequest.user.groups.append('admins')\n"
    "request.user.attributes['team'] = 'red'\nreturn 1",
    "changed data": "context['prompt_data']['phone'] = 'x'\ncontext['leftover'] = 1\n"
    "context['flow_plan'].context['x'] = 1\nreturn 1",
    "what was given, emptied": "_given['user'].clear()\n_given['context'].clear()\nreturn 1",
    "messages and logs": "ak_message('x' * 1000)\nak_logger.info('x')\n_logs.append(_logs)\nreturn 1",
    "attributes of modules": "re.sub = None\nreturn 1",
    "the state of chance": "import random\nrandom.seed(99)\nreturn random.random()",
    "the precision of decimals": "import decimal\ndecimal.getcontext().prec = 2\nreturn 1",
    "a dialect of tables": "import csv\ncsv.field_size_limit(3)\ncsv.register_dialect('leftover')\nreturn 1",
    "much that was printed": "for i in range(60):\n    print('x' * 1000)\nreturn 1",
    "almost all memory": "global leftover\nleftover = 'x' * 12_000_000\nreturn 1",
    "all memory": "global leftover\nleftover = []\nwhile True:\n    leftover.append('x' * 100_000)",
    "all questions to the host": "global leftover\nleftover = 1\nwhile True:\n    ak_user_by(username='x')",
    "all of the stack": "global leftover\nleftover = 1\ndef f():\n    return f()\nreturn f()",
    "an error half way": "global leftover, len\nleftover = 1\nlen = None\nraise ValueError('x')",
    "an error in a question": "global leftover\nleftover = 1\nreturn ip_address('x')",
    "a nested error": "global leftover\nleftover = 1\ntry:\n    1 / 0\nfinally:\n    nobody",
}

ENDLESS = "global leftover, len\nleftover = 1\nlen = None\ncontext['prompt_data']['phone'] = 'x'\nwhile True:\n    pass"
ASKING = "global leftover, len\nleftover = 1\nlen = None\nak_user_by(username='waits')\nreturn 1"

BUDGETS = {
    "time": "import time\nend = time.perf_counter() + 0.15\nwhile time.perf_counter() < end:\n    pass\nreturn 1",
    "memory": "x = 'x' * 10_000_000\nreturn len(x)",
    "questions": "for i in range(150):\n    ak_user_by(username='x')\nreturn 1",
    "printing": "for i in range(50):\n    print('x' * 1000)\nreturn 1",
    "stack": "def f(n):\n    return f(n - 1) if n else 1\nreturn f(150)",
}
TOGETHER = 2 * AT_ONCE
