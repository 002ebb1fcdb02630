//! Newtypes that travel as strings: `Display`, `FromStr`, serde and JSON Schema through the one parser.

/// Implements serde and [`JsonSchema`](schemars::JsonSchema) for a type that has `Display` and
/// `FromStr`: a string of the regular expression `$pattern`, such as `$example`.
macro_rules! string_newtype {
    ($name:ident, $about:literal, $pattern:literal, $example:literal) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "description": $about, "type": "string", "pattern": $pattern, "examples": [$example],
                })
            }
        }
    };
}

pub(crate) use string_newtype;
