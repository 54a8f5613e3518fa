//! `charnn doctor`: checks that this machine has what charnn needs, by using it.

use crate::args::DoctorArguments;
use crate::environment::{locale, system};
use crate::events::line;
use crate::failure::Failure;
use crate::machine::memory;
use crate::messages::doctor;
use crate::output::data;
use crate::terminal::Terminal;
use crate::training;
use doctor::{Finding, Tell};
use serde_json::json;

pub(crate) fn run(arguments: &DoctorArguments, terminal: &Terminal) -> Result<(), Failure> {
    let (mut bad, mut found) = (0, Vec::new());
    checks(terminal, &mut |what, finding| {
        bad += usize::from(matches!(finding, Finding::Fail(_)));
        if arguments.json {
            found.push(json!({
                "check": what.english, "status": finding.status(), "message": finding.text().english,
            }));
            return Ok(());
        }
        Ok(data(&doctor::row(&what, &finding, terminal.language))?)
    })?;
    if arguments.json {
        data(&line(json!({ "failed": bad, "checks": found })))?;
    }
    if bad == 0 { Ok(()) } else { Err(Failure::Unwell { bad }) }
}

fn checks(terminal: &Terminal, tell: Tell<'_>) -> Result<(), Failure> {
    tell(doctor::program(), Finding::Ok(doctor::version(&system())))?;
    tell(doctor::computer(), Finding::Ok(doctor::machine(memory())))?;
    tell(doctor::terminal(), of_terminal(terminal))?;
    training::checks(tell)
}

fn of_terminal(terminal: &Terminal) -> Finding {
    match locale() {
        Some(locale) if !locale.to_lowercase().replace('-', "").contains("utf8") && cfg!(unix) => {
            Finding::Warn(doctor::not_utf8(&locale))
        }
        locale => Finding::Ok(doctor::progress(terminal.watched, locale.as_deref())),
    }
}
