//! Cross-origin rules, of the HTTP API and of buckets.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::plan::CorsPlan;

/// Headers that only the gateway may set once it has rules of its own.
const OWN: &[HeaderName] = &[
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
];

pub(crate) fn origin(headers: &HeaderMap) -> Option<String> {
    text(headers, &ORIGIN).map(str::to_owned)
}

pub(crate) fn is_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The headers that allow what a preflight request asks for, or `None` if no rule does.
pub(crate) fn preflight(rules: &[CorsPlan], headers: &HeaderMap) -> Option<HeaderMap> {
    let origin = text(headers, &ORIGIN)?;
    let method = text(headers, &ACCESS_CONTROL_REQUEST_METHOD)?;
    let asked: Vec<_> = text(headers, &ACCESS_CONTROL_REQUEST_HEADERS)
        .unwrap_or_default()
        .split(',')
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    let rule = rules.iter().find(|rule| {
        rule.allows(origin, method)
            && asked
                .iter()
                .all(|name| rule.headers.iter().any(|pattern| matches(&pattern.to_lowercase(), name)))
    })?;
    let mut answer = HeaderMap::new();
    rule.allow_origin(origin, &mut answer);
    set(&mut answer, ACCESS_CONTROL_ALLOW_METHODS, &rule.methods.join(","));
    if !asked.is_empty() {
        set(&mut answer, ACCESS_CONTROL_ALLOW_HEADERS, &asked.join(","));
    }
    if let Some(seconds) = rule.max_age {
        set(&mut answer, ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    Some(answer)
}

/// Sets the headers of an answer to an actual request, in place of any that the answer brought along.
pub(crate) fn replace(rules: &[CorsPlan], origin: Option<&str>, method: &Method, headers: &mut HeaderMap) {
    for name in OWN {
        headers.remove(name);
    }
    let Some(origin) = origin else {
        return;
    };
    if let Some(rule) = rules.iter().find(|rule| rule.allows(origin, method.as_str())) {
        rule.allow_origin(origin, headers);
        if !rule.expose.is_empty() {
            set(headers, ACCESS_CONTROL_EXPOSE_HEADERS, &rule.expose.join(","));
        }
    }
}

impl CorsPlan {
    fn allows(&self, origin: &str, method: &str) -> bool {
        self.origins.iter().any(|pattern| matches(pattern, origin))
            && self.methods.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(method))
    }

    fn allow_origin(&self, origin: &str, headers: &mut HeaderMap) {
        if self.origins.iter().any(|pattern| pattern == "*") && !self.credentials {
            set(headers, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        } else {
            set(headers, ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
        if self.credentials {
            set(headers, ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
    }
}

/// A pattern with at most one `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((before, after)) => {
            text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
        None => pattern == text,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = value.parse() {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> CorsPlan {
        CorsPlan {
            origins: vec!["https://*.example.org".into()],
            methods: vec!["PUT".into()],
            headers: vec!["Content-Type".into(), "x-amz-*".into()],
            expose: vec!["etag".into()],
            max_age: Some(60),
            credentials: false,
        }
    }

    fn asking(origin: &str, method: &str, names: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, origin.parse().unwrap());
        headers.insert(ACCESS_CONTROL_REQUEST_METHOD, method.parse().unwrap());
        headers.insert(ACCESS_CONTROL_REQUEST_HEADERS, names.parse().unwrap());
        headers
    }

    #[test]
    fn a_preflight_is_allowed_when_origin_method_and_all_headers_are() {
        let rules = [rule()];
        let asked = asking("https://a.example.org", "PUT", "content-type, X-Amz-Checksum-Sha256");
        let answer = preflight(&rules, &asked).unwrap();
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "https://a.example.org");
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_HEADERS], "content-type,x-amz-checksum-sha256");
        assert!(preflight(&rules, &asking("https://a.example.com", "PUT", "content-type")).is_none());
        assert!(preflight(&rules, &asking("https://a.example.org", "DELETE", "content-type")).is_none());
        assert!(preflight(&rules, &asking("https://a.example.org", "PUT", "authorization")).is_none());
    }

    #[test]
    fn an_answer_carries_the_rules_headers_and_not_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, "https://evil.example".parse().unwrap());
        replace(&[rule()], Some("https://evil.example"), &Method::PUT, &mut headers);
        assert!(headers.is_empty());
        replace(&[rule()], Some("https://a.example.org"), &Method::PUT, &mut headers);
        assert_eq!(headers[ACCESS_CONTROL_EXPOSE_HEADERS], "etag");
    }
}
