//! Answers questions by a decision table in zen-engine, and says how fast. Run by `cargo bench -p routing`, which
//! writes the table and the questions into the file that is named as the argument.
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use zen_engine::model::GraphContent;
use zen_engine::{Decision, Variable};

const MEASURE: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Task {
    table: GraphContent,
    questions: Vec<Value>,
}

#[derive(Serialize)]
struct Said {
    decisions_per_sec: f64,
    /// The duty that won, in the order of the questions.
    duties: Vec<Option<String>>,
}

/// Reads the task, answers every question once and then as fast as it can, and prints what came of it as JSON.
pub fn run() {
    let file = std::env::args()
        .nth(1)
        .expect("the file with table and questions");
    let task: Task = serde_json::from_slice(&std::fs::read(file).expect("a readable file")).expect("a task");
    let mut decision = Decision::from(Arc::new(task.table));
    decision.compile();
    let questions: Vec<Variable> = task.questions.into_iter().map(Variable::from).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let said = runtime.block_on(async {
        let mut duties = Vec::with_capacity(questions.len());
        for question in &questions {
            let answer = decision
                .evaluate(question.shallow_clone())
                .await
                .expect("an answer");
            let duty = answer
                .result
                .to_value()
                .get("duty")
                .and_then(Value::as_str)
                .map(str::to_owned);
            duties.push(duty);
        }
        let (begin, mut count) = (Instant::now(), 0_u32);
        'measure: loop {
            for question in &questions {
                std::hint::black_box(
                    decision
                        .evaluate(question.shallow_clone())
                        .await
                        .expect("an answer"),
                );
                count += 1;
                if count % 1024 == 0 && begin.elapsed() > MEASURE {
                    break 'measure;
                }
            }
        }
        Said {
            decisions_per_sec: f64::from(count) / begin.elapsed().as_secs_f64(),
            duties,
        }
    });
    println!("{}", serde_json::to_string(&said).expect("what was measured"));
}
