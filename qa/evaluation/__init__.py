"""Measures how well questions are answered, on sets of questions whose evidence is known."""

from qa.evaluation.baseline import Baseline, baseline
from qa.evaluation.compare import Comparison, compare
from qa.evaluation.corpora import assistant_for
from qa.evaluation.report import markdown_table, print_results, results_to_json, write_report
from qa.evaluation.report.compared import comparison_to_json, print_comparison
from qa.evaluation.results import Result
from qa.evaluation.runner import Stopped, evaluate
from qa.evaluation.sets import EvaluationSet, Evidence, Question, load, shipped

__all__ = [
    "Baseline",
    "Comparison",
    "EvaluationSet",
    "Evidence",
    "Question",
    "Result",
    "Stopped",
    "assistant_for",
    "baseline",
    "compare",
    "comparison_to_json",
    "evaluate",
    "load",
    "markdown_table",
    "print_comparison",
    "print_results",
    "results_to_json",
    "shipped",
    "write_report",
]
