//! Which route a request takes.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::plan::RoutePlan;

#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

#[derive(Debug)]
pub(super) struct Route {
    /// As events name it, e.g. `GET /v1/things/{id}`.
    pub(super) key: String,
    pub(super) function: String,
    pub(super) timeout: Duration,
    method: Option<String>,
    /// `None` for `$default`.
    segments: Option<Vec<Segment>>,
}

/// The order is the priority: what is more exact comes first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Parameter(String),
    Greedy(String),
}

#[derive(Debug)]
pub(super) struct Match<'a> {
    pub(super) route: &'a Route,
    pub(super) parameters: BTreeMap<String, String>,
}

impl Routes {
    pub(super) fn new(plans: &[RoutePlan]) -> Self {
        let mut routes: Vec<_> = plans.iter().map(Route::new).collect();
        // The first match is then the most exact one; `$default` and routes for any method come last.
        routes.sort_by_cached_key(|route| {
            let rank: Option<Vec<u8>> =
                route.segments.as_ref().map(|segments| segments.iter().map(Segment::rank).collect());
            (rank.is_none(), rank, route.method.is_none())
        });
        Self(routes)
    }

    /// As in the cloud there is no "method not allowed": a path without a route for the method isn't found.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<Match<'_>> {
        let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
        self.0.iter().find_map(|route| {
            if route.method.as_ref().is_some_and(|own| own != method.as_str()) {
                return None;
            }
            let parameters = match &route.segments {
                Some(segments) => match_segments(segments, &parts)?,
                None => BTreeMap::new(),
            };
            Some(Match { route, parameters })
        })
    }
}

impl Route {
    fn new(plan: &RoutePlan) -> Self {
        let key = match &plan.path {
            Some(path) => format!("{} {path}", plan.method.as_deref().unwrap_or("ANY")),
            None => "$default".to_owned(),
        };
        let segments = plan
            .path
            .as_ref()
            .map(|path| path.trim_start_matches('/').split('/').map(Segment::new).collect());
        Self {
            key,
            function: plan.function.clone(),
            timeout: plan.timeout,
            method: plan.method.clone(),
            segments,
        }
    }
}

impl Segment {
    fn new(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Self::Greedy(name.to_owned()),
                None => Self::Parameter(name.to_owned()),
            },
            None => Self::Literal(text.to_owned()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Literal(_) => 0,
            Self::Parameter(_) => 1,
            Self::Greedy(_) => 2,
        }
    }
}

fn match_segments(segments: &[Segment], parts: &[&str]) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    let mut parts = parts.iter();
    for segment in segments {
        let part = parts.next()?;
        match segment {
            Segment::Literal(text) => (decode(part) == *text).then_some(())?,
            Segment::Parameter(name) => {
                (!part.is_empty()).then_some(())?;
                parameters.insert(name.clone(), decode(part));
            }
            Segment::Greedy(name) => {
                let rest: Vec<_> = std::iter::once(part).chain(parts.by_ref()).copied().collect();
                parameters.insert(name.clone(), decode(&rest.join("/")));
            }
        }
    }
    parts.next().is_none().then_some(parameters)
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(keys: &[&str]) -> Routes {
        let plans: Vec<_> = keys
            .iter()
            .map(|key| {
                let (method, path) = key.split_once(' ').unwrap_or(("ANY", key));
                RoutePlan {
                    method: (method != "ANY").then(|| method.to_owned()),
                    path: (path != "$default").then(|| path.to_owned()),
                    function: (*key).to_owned(),
                    timeout: Duration::from_secs(30),
                }
            })
            .collect();
        Routes::new(&plans)
    }

    fn found(routes: &Routes, method: &str, path: &str) -> Option<String> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        routes.find(&method, path).map(|found| found.route.key.clone())
    }

    #[test]
    fn a_literal_segment_wins_over_a_parameter_and_that_over_a_greedy_one() {
        let routes = routes(&["$default", "GET /{proxy+}", "GET /v1/{id}", "GET /v1/me", "ANY /v1/me"]);
        assert_eq!(found(&routes, "GET", "/v1/me").unwrap(), "GET /v1/me");
        assert_eq!(found(&routes, "PUT", "/v1/me").unwrap(), "ANY /v1/me");
        assert_eq!(found(&routes, "GET", "/v1/7").unwrap(), "GET /v1/{id}");
        assert_eq!(found(&routes, "GET", "/v1/7/x").unwrap(), "GET /{proxy+}");
        assert_eq!(found(&routes, "POST", "/v1/7").unwrap(), "$default");
    }

    #[test]
    fn parameters_are_decoded_and_never_empty() {
        let routes = routes(&["GET /q/{token}", "GET /files/{path+}"]);
        let found = |path: &str| routes.find(&Method::GET, path).map(|found| found.parameters);
        assert_eq!(found("/q/a%20b").unwrap()["token"], "a b");
        assert_eq!(found("/files/a/b%2Fc").unwrap()["path"], "a/b/c");
        assert!(found("/q/").is_none());
        assert!(found("/q/a/").is_none());
    }

    #[test]
    fn another_method_is_not_found() {
        assert!(found(&routes(&["GET /healthz"]), "POST", "/healthz").is_none());
    }
}
