//! `Rules`: what must hold between parameters, checked before anything is made.

use serde_json::{Map, Value};

use super::error::TemplateError;
use super::scope::Scope;

/// Checks all rules of a stack.
///
/// # Errors
/// When an assertion doesn't hold, in the template's own words, or when a rule isn't understood.
pub(crate) fn check(scope: &Scope) -> Result<(), TemplateError> {
    for (name, rule) in scope.section("Rules").into_iter().flatten() {
        let at = scope.at(&format!("rule {name}"));
        only(rule, &["RuleCondition", "Assertions"], &at)?;
        if let Some(condition) = rule.get("RuleCondition")
            && !scope.holds(condition, &at)?
        {
            continue;
        }
        for assertion in rule.get("Assertions").and_then(Value::as_array).into_iter().flatten() {
            only(assertion, &["Assert", "AssertDescription"], &at)?;
            if !scope.holds(assertion.get("Assert").unwrap_or(&Value::Null), &at)? {
                let description = assertion.get("AssertDescription").and_then(Value::as_str);
                return Err(TemplateError::invalid(at, description.unwrap_or("an assertion doesn't hold")));
            }
        }
    }
    Ok(())
}

fn only(map: &Value, known: &[&str], at: &str) -> Result<(), TemplateError> {
    match map.as_object().into_iter().flat_map(Map::keys).find(|key| !known.contains(&key.as_str())) {
        Some(property) => {
            Err(TemplateError::UnknownProperty { at: at.to_owned(), property: property.clone() })
        }
        None => Ok(()),
    }
}
