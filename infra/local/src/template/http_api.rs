//! `AWS::Serverless::HttpApi`.

use std::rc::Rc;

use super::error::TemplateError;
use super::properties::Properties;
use super::scope::Scope;
use crate::plan::{CorsPlan, HttpApiPlan};

pub(crate) fn read(scope: &Rc<Scope>, logical_id: &str) -> Result<HttpApiPlan, TemplateError> {
    let mut properties = Properties::of_resource(scope, logical_id);
    if properties.text("StageName")?.is_some_and(|stage| stage != "$default") {
        return Err(properties.invalid("StageName", "only $default is emulated"));
    }
    let cors = match properties.nested("CorsConfiguration")? {
        Some(configuration) => Some(cors(configuration)?),
        None => None,
    };
    properties.finish()?;
    Ok(HttpApiPlan { cors })
}

fn cors(mut configuration: Properties) -> Result<CorsPlan, TemplateError> {
    let plan = CorsPlan {
        origins: configuration.texts("AllowOrigins")?,
        methods: configuration.texts("AllowMethods")?,
        headers: configuration.texts("AllowHeaders")?,
        expose: configuration.texts("ExposeHeaders")?,
        max_age: configuration.number("MaxAge")?,
        credentials: configuration.flag("AllowCredentials")?.unwrap_or(false),
    };
    configuration.finish()?;
    Ok(plan)
}
