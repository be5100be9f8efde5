/**
 * What this product does with the settings of Celery that it does not act on. Names are those of Celery 5.6 ("Configuration and
 * defaults"); the settings it acts on are read in `config.ts` and `task-settings.ts`. The lists here are data: warnings and the table
 * in src/CELERY.md are made of them.
 */
const OBJECT = "the Broker object (binding BROKER) and the Cloudflare Queue under it ([[queues.producers]], [[queues.consumers]])";
const RESULTS = "the Broker object, which keeps results for result_expires seconds";
const MAIN = "src/tasks.ts, which the Worker script imports";
const SCALING = "worker_concurrency, and Cloudflare Queues, which scales consumers out up to max_concurrency";
const LOGS = "Workers Logs ([observability]) and, locally, --loglevel";
const KEYS = "API keys (the secret CELERIAC_KEYS)";
const HTTP = "the HTTP API, which needs no queues for events or remote control";
const BEAT = "the Beat object (binding BEAT) and its own storage";
const AMQP = "nothing: there is no AMQP; a queue is known by its name alone";
const EAGER = "nothing: the result of an eager run is handed to its caller, and no broker knows of it";
const BOOK = "nothing: the broker writes every task down before it answers";

/** Settings that cannot apply here, by what stands in for them. */
export const settingsThatDoNotApply: readonly { instead: string; keys: readonly string[] }[] = (
  [
    [
      OBJECT,
      `broker_url broker_read_url broker_write_url broker_failover_strategy broker_heartbeat broker_heartbeat_checkrate broker_pool_limit
      broker_pool_acquire_timeout broker_connection_timeout broker_connection_retry broker_connection_retry_on_startup
      broker_connection_max_retries broker_channel_error_retry broker_login_method broker_use_ssl broker_native_delayed_delivery_queue_type
      broker_transport_options broker_transport broker_host broker_port broker_user broker_password broker_vhost`,
    ],
    [
      RESULTS,
      `result_backend result_backend_transport_options result_backend_always_retry result_backend_base_sleep_between_retries_ms
      result_backend_max_sleep_between_retries_ms result_backend_max_retries result_backend_thread_safe result_persistent result_exchange
      result_exchange_type override_backends result_cache_max result_chord_join_timeout result_chord_retry_interval result_compression`,
    ],
    [MAIN, "imports include"],
    [
      SCALING,
      `worker_prefetch_multiplier worker_eta_task_limit worker_disable_prefetch worker_enable_prefetch_count_reduction
      worker_max_tasks_per_child worker_max_memory_per_child worker_timer_precision worker_proc_alive_timeout
      worker_cancel_long_running_tasks_on_connection_loss worker_detect_quorum_queues worker_soft_shutdown_timeout
      worker_enable_soft_shutdown_on_idle worker_pool worker_pool_restarts worker_pool_putlocks worker_autoscaler worker_consumer
      worker_timer worker_agent worker_direct worker_uid worker_gid worker_umask worker_executable worker_pidfile`,
    ],
    [
      LOGS,
      `worker_hijack_root_logger worker_log_color worker_log_format worker_task_log_format worker_redirect_stdouts
      worker_redirect_stdouts_level worker_logfile beat_logfile events_logfile`,
    ],
    [KEYS, "security_key security_key_password security_certificate security_cert_store security_digest"],
    [
      HTTP,
      `event_queue_ttl event_queue_expires event_queue_prefix event_exchange event_serializer event_queue_durable event_queue_exclusive
      control_queue_ttl control_queue_expires control_exchange control_queue_durable control_queue_exclusive worker_enable_remote_control
      events_pidfile events_uid events_gid events_umask events_executable`,
    ],
    [
      BEAT,
      `beat_scheduler beat_schedule_filename beat_sync_every beat_max_loop_interval beat_pidfile beat_uid beat_gid beat_umask
      beat_executable`,
    ],
    [
      AMQP,
      `task_default_queue_type task_default_exchange task_default_exchange_type task_default_routing_key task_default_delivery_mode
      task_create_missing_queue_type task_create_missing_queue_exchange_type`,
    ],
    [EAGER, "task_store_eager_result"],
    [
      BOOK,
      "task_publish_retry task_publish_retry_policy task_protocol task_compression worker_state_db worker_deduplicate_successful_tasks",
    ],
  ] as const
).map(([instead, keys]) => ({ instead, keys: words(keys) }));

const REPLACED: ReadonlyMap<string, string> = new Map(
  settingsThatDoNotApply.flatMap(({ instead, keys }) => keys.map((key): [string, string] => [key, instead])),
);

/** Settings of one result backend each; all begin with its name. */
export const BACKENDS: readonly string[] = words(
  `redis_ database_ mongodb_ cassandra_ s3_ gcs_ azureblockblob_ elasticsearch_ couchbase_ couchdb_ arangodb_ cosmosdbsql_ dynamodb_
  cache_backend django_celery_ sqlalchemy_`,
);

/** Settings that apply, and that nothing acts on yet: those of `task-settings.ts` are read and checked. A name leaves this list when it is wired. */
export const PLANNED: ReadonlySet<string> = new Set(
  words(`task_remote_tracebacks task_send_sent_event worker_send_task_events result_extended`),
);

/** What stands in for a setting of Celery that cannot apply here; nothing for any other key. */
export function replacementOf(key: string): string | undefined {
  return REPLACED.get(key) ?? (BACKENDS.some((prefix) => key.startsWith(prefix)) ? RESULTS : undefined);
}

/** Tells whether a setting of Celery will apply in a later version and is ignored until then. */
export function isPlanned(key: string): boolean {
  return PLANNED.has(key);
}

/** Every setting named here, for finding the one that a mistyped key meant. */
export const otherSettings: readonly string[] = [...REPLACED.keys(), ...PLANNED];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
