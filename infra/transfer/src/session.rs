//! Somebody who is signed in, for as long as the work takes.

use anju_api_client::{Api, Call, Failure as CallFailure, Reply};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::{Failure, Whereto};

/// Where the API answers, from a local stack's own file.
#[derive(Deserialize)]
struct Stack {
    address: String,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: String,
}

/// A session that renews itself.
pub struct Session {
    nobody: Api,
    api: Api,
    refresh_token: String,
}

impl Session {
    /// Signs in.
    pub async fn open(whereto: &Whereto) -> Result<Session, Failure> {
        if whereto.password.is_empty() {
            return Err(Failure::NoPassword);
        }
        let nobody = Api::at(&address(whereto)?).map_err(Failure::Certificates)?;
        let body = json!({"account": whereto.account, "password": whereto.password});
        let tokens: Tokens = nobody.post("/v1/sessions", &body).send(StatusCode::CREATED).await?.read()?;
        let api = nobody.with_token(&tokens.access_token)?;
        Ok(Session { nobody, api, refresh_token: tokens.refresh_token })
    }

    /// Sends a call; a session that has run out in between is renewed first, and what found nobody is sent again.
    pub async fn send(
        &mut self,
        expected: StatusCode,
        call: impl Fn(&Api) -> Call,
    ) -> Result<Reply, Failure> {
        const ATTEMPTS: u32 = 5;
        let mut attempt = 0;
        loop {
            attempt += 1;
            match call(&self.api).send(expected).await {
                Ok(reply) => return Ok(reply),
                Err(CallFailure { status: Some(401), .. }) if attempt < ATTEMPTS => self.renew().await?,
                Err(failure) if failure.is_worth_a_retry() && attempt < ATTEMPTS => {
                    tokio::time::sleep(std::time::Duration::from_secs(u64::from(attempt))).await;
                }
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    async fn renew(&mut self) -> Result<(), Failure> {
        let body = json!({"refresh_token": self.refresh_token});
        let renewed = self.nobody.post("/v1/sessions/refresh", &body).send(StatusCode::OK).await?;
        let tokens: Tokens = renewed.read()?;
        self.api = self.nobody.with_token(&tokens.access_token)?;
        self.refresh_token = tokens.refresh_token;
        Ok(())
    }
}

fn address(whereto: &Whereto) -> Result<String, Failure> {
    if let Some(address) = &whereto.address {
        return Ok(address.clone());
    }
    let path = whereto.stack.as_ref().ok_or(Failure::Nowhere)?;
    let text = std::fs::read(path).map_err(|error| Failure::File(path.clone(), error))?;
    let stack: Stack =
        serde_json::from_slice(&text).map_err(|error| Failure::NoStack(path.clone(), error))?;
    Ok(stack.address)
}
