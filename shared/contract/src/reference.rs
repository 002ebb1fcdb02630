//! The document as a page for people to read.

use std::fmt::{Result, Write};

use serde_json::Value;

/// The document as Markdown: what every operation takes, gives and refuses, with an example.
///
/// # Errors
/// When an example can't be written.
pub fn reference(document: &Value) -> std::result::Result<String, std::fmt::Error> {
    let mut page = String::new();
    write_reference(&mut page, document)?;
    Ok(page)
}

fn write_reference(page: &mut String, document: &Value) -> Result {
    writeln!(page, "# HTTP API\n")?;
    writeln!(page, "Generated from the code, like `/openapi.json`; a test fails when it is out of date.\n")?;
    writeln!(page, "{}\n", text(&document["info"]["description"]))?;
    for tag in document["tags"].as_array().into_iter().flatten() {
        writeln!(page, "## {}\n\n{}\n", text(&tag["name"]), text(&tag["description"]))?;
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                if operation["tags"][0] == tag["name"] {
                    write_operation(page, document, &method.to_uppercase(), path, operation)?;
                }
            }
        }
    }
    writeln!(page, "## Types\n")?;
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        write_type(page, name, schema)?;
    }
    Ok(())
}

fn write_operation(
    page: &mut String,
    document: &Value,
    method: &str,
    path: &str,
    operation: &Value,
) -> Result {
    writeln!(page, "### {method} {path}\n\n{}.", text(&operation["summary"]))?;
    if let Some(notes) = operation["description"].as_str() {
        writeln!(page, "{notes}")?;
    }
    if operation.get("security").is_some() {
        writeln!(page, "Needs no account.")?;
    }
    writeln!(page)?;
    let parameters: Vec<&Value> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| resolved(document, parameter))
        .collect();
    if !parameters.is_empty() {
        writeln!(page, "| parameter | in | type | |\n|---|---|---|---|")?;
    }
    for parameter in &parameters {
        let required = if parameter["required"] == true { "required" } else { "" };
        let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
        writeln!(page, "| `{name}` | {place} | {} | {required} |", type_of(&parameter["schema"]))?;
    }
    if !parameters.is_empty() {
        writeln!(page)?;
    }
    for (media_type, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        writeln!(page, "Body, `{media_type}`:\n")?;
        write_fields(page, &content["schema"])?;
        write_example(page, &content["example"])?;
    }
    write_responses(page, operation)
}

fn write_responses(page: &mut String, operation: &Value) -> Result {
    let responses = operation["responses"].as_object();
    for (status, response) in responses.into_iter().flatten() {
        if !status.starts_with('2') {
            continue;
        }
        let content = response["content"].as_object().and_then(|content| content.iter().next());
        let Some((media_type, content)) = content else {
            writeln!(page, "Answers {status} without a body.\n")?;
            continue;
        };
        writeln!(page, "Answers {status}, `{media_type}`: {}\n", type_of(&content["schema"]))?;
        if content["example"].is_object() {
            write_example(page, &content["example"])?;
        }
    }
    let refusals = responses.into_iter().flatten().filter(|(status, _)| !status.starts_with('2'));
    for (status, response) in refusals {
        writeln!(page, "- {status} {}", text(&response["description"]))?;
    }
    writeln!(page)
}

fn write_type(page: &mut String, name: &str, schema: &Value) -> Result {
    writeln!(page, "### {name}\n")?;
    if let Some(description) = schema["description"].as_str() {
        writeln!(page, "{description}\n")?;
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        writeln!(page, "`{pattern}`, such as `{}`\n", text(&schema["examples"][0]))?;
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words.iter().map(|word| format!("`{}`", text(word))).collect();
        writeln!(page, "{}\n", words.join(", "))?;
    }
    for choice in ["oneOf", "anyOf"].into_iter().filter_map(|name| schema[name].as_array()).flatten() {
        let meaning = choice["description"].as_str().map(|words| format!(": {words}")).unwrap_or_default();
        writeln!(page, "- {}{meaning}", type_of(choice))?;
    }
    if schema["oneOf"].is_array() || schema["anyOf"].is_array() {
        writeln!(page)?;
    }
    write_fields(page, schema)
}

fn write_fields(page: &mut String, schema: &Value) -> Result {
    let Some(properties) = schema["properties"].as_object() else { return Ok(()) };
    writeln!(page, "| field | type | | |\n|---|---|---|---|")?;
    let required = |name: &String| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name.as_str()))
    };
    for (name, property) in properties {
        let presence = if required(name) { "required" } else { "" };
        let meaning = property["description"].as_str().unwrap_or_default().replace('\n', " ");
        writeln!(page, "| `{name}` | {} | {presence} | {meaning} |", type_of(property))?;
    }
    writeln!(page)
}

fn write_example(page: &mut String, example: &Value) -> Result {
    if example.is_null() {
        return Ok(());
    }
    let pretty = serde_json::to_string_pretty(example).map_err(|_| std::fmt::Error)?;
    writeln!(page, "<details><summary>Example</summary>\n\n```json\n{pretty}\n```\n\n</details>\n")
}

/// A schema in a few words.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(word) = schema["const"].as_str() {
        return format!("`{word}`");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> =
            words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    let choices = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|name| schema[name].as_array());
    if let Some(choices) = choices {
        // That a field may be empty or null as well as absent is said once for all.
        let blank =
            |choice: &&Value| choice["type"] != "null" && choice["enum"][0] != "" && choice["const"] != "";
        let words: Vec<String> = choices.iter().filter(blank).map(type_of).collect();
        return words.join(" or ");
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .filter(|kind| *kind != "null")
            .collect::<Vec<_>>()
            .join(" or "),
        kind => text(kind).to_owned(),
    };
    match kind.as_str() {
        "array" => format!("list of {}", type_of(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("map of {}", type_of(&schema["additionalProperties"]))
        }
        "object" => match schema["properties"].as_object() {
            Some(fields) => format!(
                "object of {}",
                fields.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
            None => "object".to_owned(),
        },
        "" => "any".to_owned(),
        kind => match schema["format"].as_str() {
            Some(format) if matches!(format, "date" | "date-time") => format.to_owned(),
            _ => kind.to_owned(),
        },
    }
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
