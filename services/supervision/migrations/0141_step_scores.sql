-- Rules of assessment may point at supervision steps: those that opened a rung, by time.
create index supervision_steps_opened on supervision_steps (at) where kind in ('opened', 'escalated');
