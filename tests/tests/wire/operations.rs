//! Every operation of the API, who may call it, and what it concerns.

use anju_tests::client::Call;
use anju_tests::{Client, Stack, forms, photos};
use http::StatusCode;
use serde_json::{Value, json};

/// Who may call an operation at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admits {
    /// Whoever comes.
    Anybody,
    /// Accounts whose first sign-in isn't done, too.
    AccountsOnTheirFirstDay,
    /// Accounts whose first sign-in is done.
    ReadyAccounts,
    /// Those of townships and above.
    ReadyOfficials,
    /// The nation's.
    ReadyOperators,
}

pub use Admits::{AccountsOnTheirFirstDay, Anybody, ReadyAccounts, ReadyOfficials, ReadyOperators};

/// What of a region an operation concerns, and so what somebody from elsewhere gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concerns {
    /// Nothing of a region's: the public, or one's own account.
    Nobody,
    /// A household or what belongs to it, named by its path: elsewhere it doesn't exist.
    Something,
    /// A region, named by its path, `region` in the address or `region` in the body: outside is forbidden.
    Region,
    /// Several reports, each answered by itself.
    Several,
    /// What the caller asked for: to everybody else, above and below too, it doesn't exist.
    Own,
}

pub use Concerns::{Nobody, Own, Region, Several, Something};

/// Every operation of the template and the API document. One that is missing here fails a test.
pub const OPERATIONS: [(&str, &str, Admits, Concerns); 58] = [
    ("GET", "/healthz", Anybody, Nobody),
    ("POST", "/v1/sessions", Anybody, Nobody),
    ("POST", "/v1/sessions/refresh", Anybody, Nobody),
    ("GET", "/v1/captcha", Anybody, Nobody),
    ("GET", "/v1/app", Anybody, Nobody),
    ("GET", "/openapi.json", Anybody, Nobody),
    ("GET", "/v1/overview", Anybody, Nobody),
    ("GET", "/q/{token}", Anybody, Nobody),
    ("GET", "/scripts/{name}", Anybody, Nobody),
    ("GET", "/v1/me", AccountsOnTheirFirstDay, Nobody),
    ("PUT", "/v1/me", AccountsOnTheirFirstDay, Nobody),
    ("PUT", "/v1/me/password", AccountsOnTheirFirstDay, Nobody),
    ("GET", "/v1/regions/{code}", ReadyAccounts, Region),
    ("GET", "/v1/regions/{code}/statistics", ReadyAccounts, Region),
    ("GET", "/v1/regions/{code}/statistics.xlsx", ReadyAccounts, Region),
    ("POST", "/v1/exports", ReadyAccounts, Region),
    ("GET", "/v1/exports", ReadyAccounts, Nobody),
    ("GET", "/v1/exports/{id}", ReadyAccounts, Own),
    ("GET", "/v1/households", ReadyAccounts, Region),
    ("GET", "/v1/households/{id}", ReadyAccounts, Something),
    ("PUT", "/v1/households/{id}/verification", ReadyAccounts, Something),
    ("POST", "/v1/households/{id}/verification/complete", ReadyAccounts, Something),
    ("POST", "/v1/households/{id}/photos", ReadyAccounts, Something),
    ("GET", "/v1/households/{id}/qr.svg", ReadyAccounts, Something),
    ("GET", "/v1/households/{id}/qr.png", ReadyAccounts, Something),
    ("GET", "/v1/photos/{id}", ReadyAccounts, Something),
    ("POST", "/v1/households/search", ReadyAccounts, Region),
    ("POST", "/v1/households/{id}/verification/return", ReadyOfficials, Something),
    ("POST", "/v1/households/{id}/reveal", ReadyAccounts, Something),
    ("POST", "/v1/households/{id}/lookup/renew", ReadyOfficials, Something),
    ("GET", "/v1/households/{id}/history", ReadyAccounts, Something),
    ("GET", "/v1/lookup/{token}", ReadyAccounts, Something),
    ("GET", "/v1/alerts", ReadyAccounts, Region),
    ("POST", "/v1/alerts/{id}/dismiss", ReadyOfficials, Something),
    ("GET", "/v1/accounts", ReadyOfficials, Region),
    ("POST", "/v1/accounts", ReadyOfficials, Region),
    ("POST", "/v1/accounts/{id}/reset", ReadyOfficials, Region),
    ("POST", "/v1/accounts/{id}/disable", ReadyOfficials, Region),
    ("POST", "/v1/public/households/{token}/feedback", Anybody, Nobody),
    ("POST", "/v1/public/households/{token}/feedback/query", Anybody, Nobody),
    ("GET", "/q/{token}/report", Anybody, Nobody),
    ("POST", "/q/{token}/report", Anybody, Nobody),
    ("POST", "/v1/households/{id}/feedback", ReadyAccounts, Something),
    ("GET", "/v1/feedback", ReadyAccounts, Region),
    ("POST", "/v1/feedback/search", ReadyAccounts, Region),
    ("GET", "/v1/feedback/{id}", ReadyAccounts, Something),
    ("POST", "/v1/feedback/{id}/handle", ReadyOfficials, Something),
    ("POST", "/v1/feedback/handle", ReadyOfficials, Several),
    ("POST", "/v1/feedback/{id}/urge", ReadyOfficials, Something),
    ("POST", "/v1/households/{id}/surveys", ReadyOfficials, Something),
    ("GET", "/v1/surveys", ReadyAccounts, Region),
    ("GET", "/v1/surveys/{id}", ReadyAccounts, Something),
    ("PUT", "/v1/surveys/{id}", ReadyOfficials, Something),
    ("POST", "/v1/imports", ReadyOperators, Nobody),
    ("GET", "/v1/imports", ReadyOperators, Nobody),
    ("GET", "/v1/imports/{id}", ReadyOperators, Nobody),
    ("GET", "/v1/imports/templates/{kind}", ReadyOperators, Nobody),
    // Last: it ends the session of whoever calls.
    ("DELETE", "/v1/sessions", AccountsOnTheirFirstDay, Nobody),
];

/// One of everything that belongs to a household of the first village.
pub struct Things {
    household: String,
    village: String,
    photo: String,
    report: String,
    survey: String,
    alert: String,
    token: String,
    /// The officer's own.
    export: String,
}

impl Things {
    /// Well-formed ids of what there isn't.
    pub fn made_up(stack: &Stack) -> Self {
        let household = stack.household(0, 1).to_string();
        let child = format!("{household}-{:032x}", 1);
        Things {
            village: stack.village(0).to_string(),
            photo: child.clone(),
            report: child.clone(),
            survey: child,
            alert: format!("{household}-unsecured-1"),
            token: "abcdefghijkmnpqrstuvwxyz".to_owned(),
            export: format!("{}-{:032x}", stack.village(0), 1),
            household,
        }
    }

    /// One of everything, made by the village's officer and its township's official.
    pub async fn made(stack: &Stack, officer: &Client, township: &Client) -> Self {
        let household = stack.household(0, 1);
        let path = format!("/v1/households/{household}");
        let photo = photos::ready(officer, &household, &photos::small(1)).await;
        let form = forms::with(forms::unsecured(), json!({"photo_ids": [photo]}));
        let record =
            officer.complete(&household, &form).if_match(1).send().await.expect(StatusCode::OK).json();
        let history = officer.get(&format!("{path}/history")).send().await.expect(StatusCode::OK).json();
        let completed = history["items"].as_array().unwrap().iter().find(|item| item["kind"] == "completed");
        let report = json!({"type": "house_quality", "content": "屋顶漏水"});
        let report =
            officer.post(&format!("{path}/feedback"), &report).send().await.expect(StatusCode::CREATED);
        let survey = json!({
            "surveyor": "调研员", "surveyed_at": "2020-06-10", "public": true, "opinion": "同意", "finding": "危房",
        });
        let survey =
            township.post(&format!("{path}/surveys"), &survey).send().await.expect(StatusCode::CREATED);
        let export = json!({"kind": "statistics", "format": "csv"});
        let export = officer.post("/v1/exports", &export).send().await.expect(StatusCode::CREATED);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Things {
            export: text(&export.json()["id"]),
            village: stack.village(0).to_string(),
            alert: format!("{household}-unsecured-{}", completed.unwrap()["revision"]),
            token: text(&record["lookup"]["token"]),
            report: text(&report.json()["feedback_id"]),
            survey: text(&survey.json()["id"]),
            household: household.to_string(),
            photo,
        }
    }

    /// The report.
    pub fn report(&self) -> &str {
        &self.report
    }

    /// The record of their household.
    pub fn record(&self) -> String {
        format!("/v1/households/{}", self.household)
    }

    /// The same, where its page has moved.
    pub fn with_token(self, token: &Value) -> Self {
        Things { token: token.as_str().unwrap().to_owned(), ..self }
    }

    /// A call of an operation on them.
    pub fn call<'a>(&self, client: &'a Client, method: &str, path: &str) -> Call<'a> {
        let id = match path.split('/').nth(2) {
            Some("photos") => &self.photo,
            Some("feedback") => &self.report,
            Some("surveys") => &self.survey,
            Some("alerts") => &self.alert,
            Some("accounts") => &self.village,
            Some("exports") => &self.export,
            _ => &self.household,
        };
        let path = path.replace("{id}", id).replace("{code}", &self.village).replace("{token}", &self.token);
        let call = client.call(method.parse().unwrap(), &path);
        if method == "GET" { call } else { call.json(&json!({})) }
    }

    /// A call of an operation that concerns a region, of their village.
    pub fn call_of_region<'a>(&self, client: &'a Client, method: &str, path: &str) -> Call<'a> {
        match method {
            "GET" if !path.contains('{') => client.get(&format!("{path}?region={}", self.village)),
            _ if path.contains('{') => self.call(client, method, path),
            _ => client.post(path, &json!({"region": self.village})),
        }
    }
}
