//! One file per story: what a person or a unit's system does and sees, through public interfaces only, over all
//! five services with real NATS and PostgreSQL.
mod amended_order;
mod confidential_report;
mod followers;
mod late_and_near_late;
mod linked_hotlines;
mod linked_isolation;
mod plain_path;
mod policy_packs;
mod return_upheld;
mod rework_and_contradiction;
mod story_07_whose_noise;
mod story_10_temporary_line;
mod story_12_one_answer_three_lines;
mod story_13_undecided_between_two_lines;
mod story_14_five_doors;
mod story_15_enterprise_express_line;
mod story_18_three_demands;
mod story_20_dark_street_lights;
mod story_22_no_returns;
mod story_27_three_rates;
mod survey_by_link;
mod undecided_to_manual_queue;
mod unit_by_nats;
mod unit_by_webhook;
mod wrong_unit;
