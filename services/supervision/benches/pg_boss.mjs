// The same storm of timers with pg-boss, on the same server in the same run: how long until every due job has had its
// effect, exactly once. Called by the bench `timers` with folder, URL, jobs armed, jobs due, jobs per batch; prints one line of JSON.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, url, armed, due, batch] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const { PgBoss } = await import(pathToFileURL(require.resolve('pg-boss')).href); // version 12 on
const pg = require('pg');

const pool = new pg.Pool({ connectionString: url, max: 4 });
const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, max: 10 });
boss.on('error', (error) => { console.error(error); process.exitCode = 1; });
await boss.start();
const queue = 'timers';
await boss.createQueue(queue, { partition: true, retryLimit: 2 });
await pool.query('create table effects (job uuid not null, at timestamptz not null default clock_timestamp())');

// Armed by one statement, as the other side is; then what a year of use would have left: statistics.
const began = Date.now();
await pool.query(
  `insert into pgboss.job (name, start_after, data)
   select $1, now() + interval '1 day' + n * interval '0.5 seconds', jsonb_build_object('order', n)
   from generate_series(1, $2::bigint) as n`, [queue, Number(armed) - Number(due)]);
const armingSeconds = (Date.now() - began) / 1000;
await pool.query('vacuum analyze pgboss.job');
const { rows: [{ moment }] } = await pool.query(`select date_trunc('second', now()) + interval '15 seconds' as moment`);
await pool.query(
  `insert into pgboss.job (name, start_after, data)
   select $1, $3, jsonb_build_object('order', -n) from generate_series(1, $2::bigint) as n`, [queue, Number(due), moment]);

// Its best case of those tried: two workers that fetch again at once while batches are full.
await boss.work(queue, {
  batchSize: Number(batch), localConcurrency: 2, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true,
}, async (jobs) => {
  await pool.query('insert into effects (job) select unnest($1::uuid[])', [jobs.map((job) => job.id)]);
});
const deadline = Date.now() + 300_000;
for (;;) {
  const { rows: [{ left }] } = await pool.query(
    `select exists (select from pgboss.job where name = $1 and start_after = $2 and state < 'completed') as left`,
    [queue, moment]);
  if (!left || Date.now() > deadline) break;
  await new Promise((resolve) => { setTimeout(resolve, 250); });
}
const { rows: [seen] } = await pool.query(
  `select count(*)::int as effects, count(distinct job)::int as jobs,
          extract(epoch from max(at) - $1)::float8 as seconds, coalesce(min(at) < $1, false) as early from effects`, [moment]);
await boss.stop({ graceful: false });
await pool.end();
console.log(JSON.stringify({ arming_seconds: armingSeconds, ...seen }));
process.exit();
