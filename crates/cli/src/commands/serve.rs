//! `charnn serve`: a web page and an API for runs.

use crate::args::serve::ServeArguments;
use crate::failure::Failure;
use crate::terminal::Terminal;

#[cfg(feature = "serve")]
pub(crate) fn run(arguments: &ServeArguments, terminal: &Terminal) -> Result<(), Failure> {
    use crate::messages::serving as say;
    use crate::{events::line, output::data};
    use charnn_serve::{Options, Server};
    use serde_json::json;
    use std::net::SocketAddr;

    let ServeArguments { runs, port, host, json } = arguments;
    let (root, language) = (runs.clone(), terminal.language);
    let server = Server::bind(Options { root, address: SocketAddr::new(*host, *port), language })?;
    if !host.is_loopback() {
        terminal.warning(&say::open_to_others(*host));
    }
    if !runs.is_dir() {
        terminal.note(&say::no_runs(runs));
    }
    terminal.note(&say::open());
    let (url, address) = (server.url(), server.address().to_string());
    let token = server.token().as_str();
    data(&if *json {
        line(json!({ "url": url, "address": address, "token": token }))
    } else {
        format!("{url}\n")
    })?;
    terminal.note(&say::until());
    Ok(server.run()?)
}

#[cfg(not(feature = "serve"))]
pub(crate) fn run(arguments: &ServeArguments, _: &Terminal) -> Result<(), Failure> {
    let ServeArguments { runs: _, port: _, host: _, json: _ } = arguments;
    Err(crate::serve_problem::Problem.into())
}
