//! Secrets Manager, reading only: secrets are made at first start, as the template says, and kept.

use rand::seq::{IndexedRandom, SliceRandom};
use serde_json::{Value, json};

use crate::aws_json::AwsError;
use crate::plan::{PasswordRule, SecretPlan, SecretValuePlan};
use crate::state::{State, StateError, now_ms};
use crate::template::secret_arn;

const LOWERCASE: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NUMBERS: &str = "0123456789";
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// Makes the secrets that don't exist yet. One whose value the template gives follows the template.
pub(crate) fn create_missing(state: &State, plans: &[SecretPlan]) -> Result<(), StateError> {
    for plan in plans {
        let kept = state.secret(&plan.name)?.map(|secret| secret.value);
        match (&plan.value, kept) {
            (SecretValuePlan::Given(value), kept) if kept.as_ref() != Some(value) => {
                state.put_secret(&plan.name, value, now_ms())?;
            }
            (SecretValuePlan::Generated(rule), None) => {
                state.put_secret(&plan.name, &generate(rule), now_ms())?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn generate(rule: &PasswordRule) -> String {
    let kinds: Vec<Vec<char>> = [
        (rule.without_lowercase, LOWERCASE),
        (rule.without_uppercase, UPPERCASE),
        (rule.without_numbers, NUMBERS),
        (rule.without_punctuation, PUNCTUATION),
    ]
    .into_iter()
    .filter(|(excluded, _)| !excluded)
    .map(|(_, kind)| kind.chars().filter(|character| !rule.excluded.contains(*character)).collect())
    .collect();
    let all: Vec<char> = kinds.concat();
    let mut random = rand::rng();
    // One of each kind, then any; shuffled, so that the kinds have no fixed places.
    let mut password: Vec<char> = kinds.iter().filter_map(|kind| kind.choose(&mut random)).copied().collect();
    for _ in password.len()..rule.length {
        password.extend(all.choose(&mut random));
    }
    password.truncate(rule.length);
    password.shuffle(&mut random);
    let password: String = password.into_iter().collect();
    match &rule.inside {
        Some((template, key)) => {
            let mut object = template.clone();
            object.insert(key.clone(), password.into());
            Value::Object(object).to_string()
        }
        None => password,
    }
}

/// Carries out one operation.
pub(crate) fn handle(state: &State, operation: &str, request: &Value) -> Result<Value, AwsError> {
    if operation != "GetSecretValue" {
        return Err(AwsError::client("InvalidRequestException", format!("{operation} is not emulated")));
    }
    let wanted = request.get("SecretId").and_then(Value::as_str).unwrap_or_default();
    let name = name_of(wanted);
    let secret = state.secret(name)?.ok_or_else(|| {
        let message = "Secrets Manager can't find the specified secret.";
        AwsError::client("ResourceNotFoundException", message)
    })?;
    Ok(json!({
        "ARN": secret_arn(name),
        "Name": name,
        "SecretString": secret.value,
        "VersionId": uuid::Uuid::nil().to_string(),
        "VersionStages": ["AWSCURRENT"],
        // Seconds, as the protocol has it.
        "CreatedDate": secret.created_at_ms / 1000,
    }))
}

/// A secret may be named by its ARN, which ends in six characters of the service's choice.
fn name_of(secret_id: &str) -> &str {
    match secret_id.rsplit_once(":secret:") {
        Some((_, tail)) => tail.rsplit_once('-').map_or(tail, |(name, _)| name),
        None => secret_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(rule: PasswordRule) -> SecretPlan {
        SecretPlan { name: "anju-local-Key".into(), value: SecretValuePlan::Generated(rule) }
    }

    #[test]
    fn a_secret_is_generated_once_and_kept() {
        let state = State::in_memory();
        let plan = plan(PasswordRule { length: 20, ..Default::default() });
        create_missing(&state, std::slice::from_ref(&plan)).unwrap();
        let first = state.secret(&plan.name).unwrap();
        create_missing(&state, &[plan]).unwrap();
        assert_eq!(state.secret("anju-local-Key").unwrap(), first);
        assert_eq!(first.unwrap().value.chars().count(), 20);
    }

    #[test]
    fn the_password_stands_in_its_template_and_obeys_the_exclusions() {
        let template = serde_json::from_value(json!({"kid": "k1"})).unwrap();
        let rule = PasswordRule {
            length: 64,
            without_punctuation: true,
            excluded: "abc".into(),
            inside: Some((template, "key".into())),
            ..Default::default()
        };
        let value: Value = serde_json::from_str(&generate(&rule)).unwrap();
        assert_eq!(value["kid"], "k1");
        let key = value["key"].as_str().unwrap();
        assert_eq!(key.len(), 64);
        assert!(key.chars().all(|character| character.is_ascii_alphanumeric() && !"abc".contains(character)));
    }

    #[test]
    fn a_secret_is_found_by_name_and_by_arn() {
        let state = State::in_memory();
        state.put_secret("anju-local-Key", "v", 5_000).unwrap();
        for id in ["anju-local-Key".to_owned(), secret_arn("anju-local-Key")] {
            let answer = handle(&state, "GetSecretValue", &json!({"SecretId": id})).unwrap();
            assert_eq!(
                (answer["SecretString"].as_str(), answer["CreatedDate"].as_i64()),
                (Some("v"), Some(5))
            );
        }
        let error = handle(&state, "GetSecretValue", &json!({"SecretId": "other"})).unwrap_err();
        assert_eq!(error.name, "ResourceNotFoundException");
    }
}
