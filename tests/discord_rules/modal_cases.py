"""Each rule for modals, with a body that keeps it and one that breaks it alone."""

from typing import Any

from tests.discord_rules.sample_payloads import Case, callback, field, label, modal, options, row, select, text


def radio(count: int) -> dict[str, Any]:
    return {"type": 21, "custom_id": "radio", "options": options(count)}


def boxes(count: int, **changes: Any) -> dict[str, Any]:
    return {"type": 22, "custom_id": "boxes", "options": options(count), **changes}


def upload(**changes: Any) -> dict[str, Any]:
    return {"type": 19, "custom_id": "upload", **changes}


def box(**changes: Any) -> dict[str, Any]:
    return {"type": 23, "custom_id": "box", **changes}


def fields(count: int) -> list[dict[str, Any]]:
    return [label(field(custom_id=str(index))) for index in range(count)]


CASES = [
    Case("a modal has data", modal(text()), callback(9), "$.data must be an object"),
    Case(
        "a title has 45 characters",
        modal(text(), title="x" * 45),
        modal(text(), title="x" * 46),
        "$.data.title is 46 characters long",
    ),
    Case("a title is not blank", modal(text(), title="x"), modal(text(), title=" "), "$.data.title is empty."),
    Case(
        "a modal has a custom_id",
        modal(text(), custom_id="x" * 100),
        modal(text(), custom_id="x" * 101),
        "$.data.custom_id is 101 characters long",
    ),
    Case("a modal has five components", modal(*fields(5)), modal(*fields(6)), "$.data.components has 6 entries"),
    Case("a modal is not empty", modal(text()), modal(), "$.data.components has 0 entries"),
    Case(
        "a field stands in a label",
        modal(label(field())),
        modal(field()),
        "$.data.components[0], of kind text input, may not stand in a modal's first level.",
    ),
    Case(
        "a field in a row has a label of its own",
        modal(row(field(label="Words"))),
        modal(row(field())),
        "$.data.components[0].components[0].label is missing",
    ),
    Case(
        "a field's own label has 45 characters",
        modal(row(field(label="x" * 45))),
        modal(label(field(label="x" * 46))),
        "$.data.components[0].component.label is 46 characters long",
    ),
    Case("a row is not empty", modal(row(field(label="x"))), modal(row()), "$.data.components[0].components has 0"),
    Case(
        "a row has one field",
        modal(row(field(label="x", custom_id="a")), row(field(label="x", custom_id="b"))),
        modal(row(field(label="x", custom_id="a"), field(label="x", custom_id="b"))),
        "$.data.components[0].components has 2 entries",
    ),
    Case(
        "a menu stands in a label",
        modal(label(select())),
        modal(row(select(label="x"))),
        "$.data.components[0].components[0], of kind string select, may not stand in a modal's action row.",
    ),
    Case(
        "a custom_id comes once a modal",
        modal(label(field(custom_id="a")), label(select(custom_id="b"))),
        modal(label(field(custom_id="a")), label(select(custom_id="a"))),
        "$.data.components[1].component.custom_id repeats 'a'",
    ),
    Case(
        "a label has 45 characters",
        modal(label(field(), label="x" * 45)),
        modal(label(field(), label="x" * 46)),
        "$.data.components[0].label is 46 characters long",
    ),
    Case(
        "a label's description has 100",
        modal(label(field(), description="x" * 100)),
        modal(label(field(), description="x" * 101)),
        "$.data.components[0].description is 101 characters long",
    ),
    Case(
        "a label holds something to fill in",
        modal(label(field())),
        modal(label(None)),
        "$.data.components[0].component is missing",
    ),
    Case(
        "a label holds no text display",
        modal(text()),
        modal(label(text())),
        "$.data.components[0].component, of kind text display, may not stand in a label.",
    ),
    Case(
        "a field's style is 1 or 2",
        modal(label(field(style=2))),
        modal(label(field(style=3))),
        "$.data.components[0].component.style must be a whole number from 1 to 2",
    ),
    Case(
        "a field's placeholder has 100 characters",
        modal(label(field(placeholder="x" * 100))),
        modal(label(field(placeholder="x" * 101))),
        "$.data.components[0].component.placeholder is 101 characters long",
    ),
    Case(
        "a field's value has 4,000",
        modal(label(field(value="x" * 4000))),
        modal(label(field(value="x" * 4001))),
        "$.data.components[0].component.value is 4001 characters long",
    ),
    Case(
        "a field's shortest is not above its longest",
        modal(label(field(min_length=5, max_length=5))),
        modal(label(field(min_length=6, max_length=5))),
        "$.data.components[0].component.min_length is above max_length.",
    ),
    Case(
        "a field takes 4,000 characters",
        modal(label(field(max_length=4000))),
        modal(label(field(max_length=4001))),
        "$.data.components[0].component.max_length must be a whole number from 1 to 4000",
    ),
    Case(
        "a field may be left empty",
        modal(label(field(min_length=0))),
        modal(label(field(min_length=-1))),
        "$.data.components[0].component.min_length must be a whole number from 0 to 4000",
    ),
    *(
        Case(
            f"{thing['custom_id']} has a custom_id",
            modal(label(thing)),
            modal(label({**thing, "custom_id": ""})),
            "$.data.components[0].component.custom_id is empty.",
        )
        for thing in (field(), select(), radio(2), boxes(2), upload(), box())
    ),
    Case(
        "required is true or false",
        modal(label(field(required=False))),
        modal(label(field(required="no"))),
        "$.data.components[0].component.required must be true or false",
    ),
    Case(
        "a file upload takes 10 files",
        modal(label(upload(max_values=10))),
        modal(label(upload(max_values=11))),
        "$.data.components[0].component.max_values must be a whole number from 1 to 10",
    ),
    Case(
        "a radio group has two options",
        modal(label(radio(2))),
        modal(label(radio(1))),
        "$.data.components[0].component.options has 1 entries",
    ),
    Case(
        "a radio group has 10 options",
        modal(label(radio(10))),
        modal(label(radio(11))),
        "$.data.components[0].component.options has 11 entries",
    ),
    Case(
        "a group of boxes has an option",
        modal(label(boxes(1))),
        modal(label(boxes(0))),
        "$.data.components[0].component.options has 0 entries",
    ),
    Case(
        "a group of boxes takes 10",
        modal(label(boxes(10, max_values=10))),
        modal(label(boxes(10, max_values=11))),
        "$.data.components[0].component.max_values must be a whole number from 1 to 10",
    ),
    Case(
        "a group of boxes has 10",
        modal(label(boxes(10, max_values=10))),
        modal(label(boxes(11))),
        "$.data.components[0].component.options has 11 entries",
    ),
    Case(
        "a box's default is true or false",
        modal(label(box(default=True))),
        modal(label(box(default=1))),
        "$.data.components[0].component.default must be true or false",
    ),
]
