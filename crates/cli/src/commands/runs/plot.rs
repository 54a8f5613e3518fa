//! `charnn runs plot`: curves in the terminal.

use super::Problem;
use super::chosen::found;
use crate::args::report::{PlotArguments, PlotAxis, PlotMetric};
use crate::commands::report::read;
use crate::environment;
use crate::failure::Failure;
use crate::language::is_utf8;
use crate::output::data;
use crate::terminal::Terminal;
use anstream::{AutoStream, ColorChoice};
use charnn_report::{Look, Metric, Over, terminal_plot};

/// Columns where standard output is not a terminal.
const USUAL_WIDTH: usize = 80;

pub(super) fn run(arguments: &PlotArguments, terminal: &Terminal) -> Result<(), Failure> {
    let runs = read(&found(&arguments.names, &arguments.runs)?, terminal);
    let metric = match arguments.metric {
        PlotMetric::Loss => Metric::Loss,
        PlotMetric::TrainLoss => Metric::TrainLoss,
        PlotMetric::ValLoss => Metric::ValLoss,
        PlotMetric::LearningRate => Metric::LearningRate,
        PlotMetric::GradientNorm => Metric::GradientNorm,
        PlotMetric::Throughput => Metric::Throughput,
    };
    let over = match arguments.by {
        PlotAxis::Steps => Over::Steps,
        PlotAxis::Seconds => Over::Seconds,
    };
    let look = Look {
        width: environment::columns().unwrap_or(USUAL_WIDTH),
        height: arguments.height,
        color: AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
        ascii: arguments.ascii || !environment::locale().is_none_or(|locale| is_utf8(&locale)),
        language: terminal.language,
    };
    match terminal_plot(&runs, metric, over, look) {
        Some(plot) => Ok(data(&plot)?),
        None => Err(Problem::NothingToPlot.into()),
    }
}
