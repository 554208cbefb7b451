-- The desk itself may say how a case of another hotline ended: our order of it ends with it, and nobody is called.
alter table withdrawals drop constraint withdrawals_outcome_check;
alter table withdrawals add constraint withdrawals_outcome_check check (outcome in ('withdrawn', 'transferred', 'not_called'));
alter table withdrawals drop constraint withdrawals_check;
alter table withdrawals add constraint withdrawals_check check ((outcome = 'withdrawn') = (transfer_id is null));
