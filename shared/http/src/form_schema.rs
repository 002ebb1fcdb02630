//! What a form asks for, as JSON Schema.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

/// How the absence of a field may be written, besides leaving it out and `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text: an empty one is a text like others, as far as the schema goes.
    Text,
    /// A text of a certain form: an empty one counts as absent.
    Word,
    /// No text.
    Other,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct FieldSchema {
    /// Its name.
    pub name: String,
    /// What it may hold.
    pub schema: Schema,
    /// It has to be there.
    pub required: bool,
    kind: Kind,
}

/// The fields of a form, in the order in which they are asked for.
#[derive(Debug, Clone, Default)]
pub struct FormSchema {
    fields: Vec<FieldSchema>,
}

impl FormSchema {
    pub(crate) fn insert(&mut self, name: &str, schema: Schema, kind: Kind) {
        self.fields.push(FieldSchema { name: name.to_owned(), schema, required: false, kind });
    }

    pub(crate) fn require(&mut self, name: &str) {
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            field.required = true;
        }
    }

    /// The fields, as parameters of an address.
    pub fn into_fields(self) -> Vec<FieldSchema> {
        self.fields
    }

    /// The form as an object that has no other fields.
    pub fn into_schema(self) -> Schema {
        let required: Vec<Value> =
            self.fields.iter().filter(|field| field.required).map(|field| json!(field.name)).collect();
        let properties: Map<String, Value> =
            self.fields.into_iter().map(|field| (field.name.clone(), field.into_property())).collect();
        let mut schema =
            json_schema!({"type": "object", "properties": properties, "additionalProperties": false});
        if !required.is_empty() {
            schema.insert("required".to_owned(), required.into());
        }
        schema
    }
}

impl FieldSchema {
    /// With the ways in which clients write that there is nothing.
    fn into_property(self) -> Value {
        let schema = self.schema.to_value();
        match (self.required, self.kind) {
            (true, _) => schema,
            (false, Kind::Text) => {
                let mut schema = schema;
                schema["type"] = json!(["string", "null"]);
                schema
            }
            (false, Kind::Word) => json!({"anyOf": [schema, {"enum": ["", null]}]}),
            (false, Kind::Other) => json!({"anyOf": [schema, {"type": "null"}]}),
        }
    }
}
