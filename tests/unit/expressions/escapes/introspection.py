"""From a value at hand to the interpreter behind it."""

from tests.unit.expressions.escapes.attempt import NO_ATTRIBUTE, NO_NAME, NOT_READ, Attempt, Fails, Harmless

ATTEMPTS = [
    Attempt("the subclasses of object", "return ().__class__.__base__.__subclasses__()", NO_ATTRIBUTE),
    Attempt("object's subclasses directly", "return object.__subclasses__()", NO_ATTRIBUTE),
    Attempt("a class's order of bases", "return type(request).__mro__", NO_ATTRIBUTE),
    Attempt("an initialiser's globals", "return type(request).__init__.__globals__", NO_ATTRIBUTE),
    Attempt("a lambda's code", "return (lambda: 0).__code__", NO_ATTRIBUTE),
    Attempt("a function's globals", "def f():\n    pass\nreturn f.__globals__", NO_ATTRIBUTE),
    Attempt("a helper's defaults", "return ak_create_event.__defaults__", NO_ATTRIBUTE),
    Attempt(
        "a closure's cells",
        "def f(x):\n    def g():\n        return x\n    return g\nreturn f(1).__closure__[0].cell_contents",
        NO_ATTRIBUTE,
    ),
    Attempt("a built-in's module", "return print.__self__", NO_ATTRIBUTE),
    Attempt(
        "a traceback's frame",
        "try:\n    1 / 0\nexcept Exception as e:\n    return e.__traceback__.tb_frame.f_back",
        NO_ATTRIBUTE,
    ),
    Attempt("a comprehension's frame", "return (x for x in [1]).gi_frame.f_globals", NO_ATTRIBUTE),
    Attempt("a coroutine's frame", "async def f():\n    pass\nreturn f().cr_frame.f_globals", NO_ATTRIBUTE),
    Attempt("a generator's frame", "def f():\n    yield 1\nreturn f().gi_frame", NOT_READ),
    Attempt("names put together for getattr", "return getattr((), '__cla' + 'ss__')", NO_ATTRIBUTE),
    Attempt("getattr with a default", "return getattr(request, '__dict__', 5)", Harmless(5)),
    Attempt(
        "attributes in a format string", "return '{0.__class__.__init__.__globals__}'.format(request)", NO_ATTRIBUTE
    ),
    Attempt("items in a format string", "return '{0[__class__]}'.format({'a': 1})", Fails("error", "KeyError")),
    Attempt("attributes in an f-string", "return f'{request.__class__.__mro__}'", NO_ATTRIBUTE),
    Attempt("what a format map makes of a view", "return '{x.__module__}'.format_map({'x': request})", NO_ATTRIBUTE),
    Attempt("a view's dictionary", "return request.__dict__", NO_ATTRIBUTE),
    Attempt("vars of a view", "return vars(request)", NO_NAME),
    Attempt("dir of a view", "return dir(request)", NO_NAME),
    Attempt("object's own attribute look-up", "return object.__getattribute__(request, 'user')", NO_ATTRIBUTE),
    Attempt("all globals", "return globals()", NO_NAME),
    Attempt("the built-ins by name", "return __builtins__", NO_NAME),
    Attempt("the loader by name", "return __loader__.load_module('os')", NO_NAME),
    Attempt("a module's loader", "return re.__loader__", NO_ATTRIBUTE),
    Attempt("a module that a module imports", "import json\nreturn json.decoder.scanner.re.sys", NO_ATTRIBUTE),
    Attempt("a class of three arguments", "return type('X', (object,), {'a': 1})", Fails("error", "not supported")),
    Attempt("a metaclass", "class M(type):\n    pass\nreturn M", NOT_READ),
    Attempt("inheritance from a built-in", "class S(str):\n    pass\nreturn S", NOT_READ),
    Attempt(
        "another class for an object", "class A:\n    pass\na = A()\na.__class__ = str\nreturn a + ''", Fails("error")
    ),
    Attempt("a decorator that is given the class", "@print\nclass A:\n    pass\nreturn A", Harmless(None)),
    Attempt("a decorator from the host", "@_host_user_by\ndef f():\n    pass\nreturn f", Fails("error")),
    Attempt("a descriptor", "class D:\n    def __get__(self, a, b):\n        return open\nreturn D().x", NO_ATTRIBUTE),
    Attempt(
        "an attribute hook that answers for all names",
        "class A:\n    def __getattr__(self, name):\n        return open\nreturn A().__class__.__subclasses__()",
        NO_ATTRIBUTE,
    ),
    Attempt("code from text", "return eval(\"__import__('os').system('id')\")", NO_NAME),
    Attempt("statements from text", "exec('import os\\nos.environ')", Fails("error", "not supported")),
    Attempt("compiled code", "return compile('1', 'x', 'eval')", NO_NAME),
    Attempt("the import function", "return __import__('os')", NO_NAME),
    Attempt("the debugger", "breakpoint()", NO_NAME),
    Attempt("the terminal", "return input()", NO_NAME),
    Attempt("the address of an object", "return isinstance(id(request), int)", Harmless(True)),
]
