//! CloudFormation YAML as JSON values: short-form tags become their long form, so that the evaluator
//! knows one spelling only.

use saphyr::{LoadableYamlNode, Scalar, Tag, Yaml};
use serde_json::{Map, Value};

/// Tags whose long form is `Fn::<tag>`.
const FUNCTION_TAGS: &[&str] =
    &["And", "Equals", "FindInMap", "GetAtt", "If", "Join", "Not", "Or", "Select", "Split", "Sub"];

/// Reads the one document of a template.
///
/// # Errors
/// A description of what is wrong with the text: broken YAML, or a tag that isn't emulated.
pub(crate) fn parse(source: &str) -> Result<Value, String> {
    let documents = Yaml::load_from_str(source).map_err(|error| error.to_string())?;
    match documents.as_slice() {
        [document] => convert(document),
        other => Err(format!("expected one YAML document, found {}", other.len())),
    }
}

fn convert(node: &Yaml<'_>) -> Result<Value, String> {
    match node {
        Yaml::Value(scalar) => Ok(convert_scalar(scalar)),
        Yaml::Sequence(items) => items.iter().map(convert).collect::<Result<_, _>>().map(Value::Array),
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                map.insert(convert_key(key)?, convert(value)?);
            }
            Ok(Value::Object(map))
        }
        Yaml::Tagged(tag, node) => convert_tagged(tag, node),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            Err("a YAML value could not be read".to_owned())
        }
    }
}

fn convert_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(flag) => Value::Bool(*flag),
        Scalar::Integer(number) => Value::from(*number),
        Scalar::FloatingPoint(number) => Value::from(number.into_inner()),
        Scalar::String(text) => Value::from(text.as_ref()),
    }
}

fn convert_key(key: &Yaml<'_>) -> Result<String, String> {
    match key {
        Yaml::Value(Scalar::String(text)) => Ok(text.to_string()),
        Yaml::Value(Scalar::Integer(number)) => Ok(number.to_string()),
        Yaml::Value(Scalar::Boolean(flag)) => Ok(flag.to_string()),
        other => Err(format!("{other:?} cannot be a key")),
    }
}

fn convert_tagged(tag: &Tag, node: &Yaml<'_>) -> Result<Value, String> {
    let name = tag.suffix.trim_start_matches('!');
    let argument = convert(node)?;
    let (function, argument) = match name {
        "Ref" | "Condition" => (name.to_owned(), argument),
        "GetAtt" => ("Fn::GetAtt".to_owned(), split_attribute(argument)),
        _ if FUNCTION_TAGS.contains(&name) => (format!("Fn::{name}"), argument),
        _ => return Err(format!("the tag !{name} is not emulated")),
    };
    Ok(Value::Object(Map::from_iter([(function, argument)])))
}

/// `!GetAtt Nested.Outputs.Name` is `[Nested, Outputs.Name]`.
fn split_attribute(argument: Value) -> Value {
    match argument.as_str().and_then(|text| text.split_once('.')) {
        Some((resource, attribute)) => Value::from(vec![resource, attribute]),
        None => argument,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_forms_become_long_forms() {
        let document = "a: !Ref X\nb: !GetAtt N.Outputs.Y\nc: !Sub '${X}-z'\nd: !If [C, !Ref X, 1]\n\
                        e: 2010-09-09\nf: {Fn::Sub: q}\n";
        assert_eq!(
            parse(document).unwrap(),
            json!({"a": {"Ref": "X"}, "b": {"Fn::GetAtt": ["N", "Outputs.Y"]}, "c": {"Fn::Sub": "${X}-z"},
                   "d": {"Fn::If": ["C", {"Ref": "X"}, 1]}, "e": "2010-09-09", "f": {"Fn::Sub": "q"}})
        );
    }

    #[test]
    fn a_tag_that_is_not_emulated_is_refused_by_name() {
        assert!(parse("a: !ImportValue x").unwrap_err().contains("!ImportValue"));
    }
}
