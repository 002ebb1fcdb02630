"""How a test damages the templates in one place, to see a rule catch it."""

import copy


class Breaks(dict):
    """rule > [(what breaks it, what its violation says)]."""

    def __call__(self, rule, says):
        """Marks a function as breaking a rule. It is given a `Broken`."""

        def mark(change):
            self.setdefault(rule, []).append((change, says))
            return change

        return mark

    def cases(self):
        return [(rule, change, says) for rule, changes in self.items() for change, says in changes]


class Broken:
    """A system to be damaged."""

    def __init__(self, sound):
        self.system = copy.deepcopy(sound)

    def whole(self, stack, name):
        return self.system.stacks[stack].translated["Resources"][name]

    def __call__(self, stack, name):
        """The properties of a resource."""
        return self.whole(stack, name)["Properties"]

    def mapping(self, name):
        return self("pipeline", name)

    def statement(self, role, sid):
        for policy in self("pipeline", role)["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement.get("Sid") == sid:
                    return statement
        raise KeyError(sid)

    def drop_statement(self, role, sid):
        for policy in self("pipeline", role)["Policies"]:
            kept = [s for s in policy["PolicyDocument"]["Statement"] if s.get("Sid") != sid]
            policy["PolicyDocument"]["Statement"] = kept


def caught(sound, rule, change, says):
    """Whether the rule finds the damage and says so."""
    broken = Broken(sound)
    change(broken)
    violations = list(rule(broken.system))
    assert any(says in violation for violation in violations), violations


def case_name(value):
    return value if isinstance(value, str) else getattr(value, "__name__", "")
