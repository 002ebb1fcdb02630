//! Newtypes that travel as strings: `Display`, `FromStr` and serde through the one parser.

/// Implements `Display`, `TryFrom<String>`, `From<_> for String` and serde for a type that has
/// `as_str(&self)`-like `to_text(&self) -> String` and `FromStr`.
macro_rules! string_newtype {
    ($name:ident) => {
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
    };
}

pub(crate) use string_newtype;
