import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { BACKENDS, PLANNED, settingsThatDoNotApply } from "../../src/core/celery-settings.ts";
import { readConfig } from "../../src/core/config.ts";
import { taskSettingKeys } from "../../src/core/task-settings.ts";

/** Every setting of Celery 5.6 and of 5.7's preview, but for those of one result backend each, of which some stand here (CELERY.md 1.3). */
const ALL =
  `accept_content result_accept_content timezone enable_utc imports include task_annotations task_compression task_protocol task_serializer
  task_publish_retry task_publish_retry_policy task_always_eager task_eager_propagates task_store_eager_result task_remote_tracebacks
  task_ignore_result task_store_errors_even_if_ignored task_track_started task_time_limit task_soft_time_limit task_acks_late
  task_acks_on_failure_or_timeout task_acks_on_failure task_acks_on_timeout task_reject_on_worker_lost task_default_rate_limit
  task_allow_error_cb_on_chord_header task_default_queue task_default_queue_type task_default_exchange task_default_exchange_type
  task_default_routing_key task_default_delivery_mode task_queues task_routes task_create_missing_queues task_create_missing_queue_type
  task_create_missing_queue_exchange_type task_queue_max_priority task_default_priority task_inherit_parent_priority task_send_sent_event
  worker_direct broker_url broker_read_url broker_write_url broker_failover_strategy broker_heartbeat broker_heartbeat_checkrate
  broker_pool_limit broker_pool_acquire_timeout broker_connection_timeout broker_connection_retry broker_connection_retry_on_startup
  broker_connection_max_retries broker_channel_error_retry broker_login_method broker_use_ssl broker_native_delayed_delivery_queue_type
  broker_transport_options broker_host broker_port broker_user broker_password broker_vhost broker_transport result_backend
  result_backend_transport_options result_serializer result_compression result_extended result_expires result_cache_max
  result_chord_join_timeout result_chord_retry_interval result_backend_always_retry result_backend_base_sleep_between_retries_ms
  result_backend_max_sleep_between_retries_ms result_backend_max_retries result_backend_thread_safe result_persistent result_exchange
  result_exchange_type override_backends redis_max_connections redis_socket_timeout redis_backend_use_ssl redis_client_name
  database_engine_options database_table_names mongodb_backend_settings cassandra_servers s3_bucket gcs_bucket
  azureblockblob_container_name elasticsearch_timeout couchbase_backend_settings arangodb_backend_settings cosmosdbsql_database_name
  cache_backend cache_backend_options worker_concurrency worker_prefetch_multiplier worker_eta_task_limit worker_disable_prefetch
  worker_enable_prefetch_count_reduction worker_lost_wait worker_max_tasks_per_child worker_max_memory_per_child
  worker_disable_rate_limits worker_state_db worker_timer_precision worker_enable_remote_control worker_proc_alive_timeout
  worker_cancel_long_running_tasks_on_connection_loss worker_detect_quorum_queues worker_soft_shutdown_timeout
  worker_enable_soft_shutdown_on_idle worker_deduplicate_successful_tasks worker_send_task_events worker_pool worker_pool_restarts
  worker_pool_putlocks worker_autoscaler worker_consumer worker_timer worker_agent worker_hijack_root_logger worker_log_color
  worker_log_format worker_task_log_format worker_redirect_stdouts worker_redirect_stdouts_level worker_logfile worker_pidfile worker_uid
  worker_gid worker_umask worker_executable event_queue_ttl event_queue_expires event_queue_prefix event_exchange event_serializer
  event_queue_durable event_queue_exclusive control_queue_ttl control_queue_expires control_exchange control_queue_durable
  control_queue_exclusive security_key security_key_password security_certificate security_cert_store security_digest events_logfile
  events_pidfile events_uid events_gid events_umask events_executable beat_logfile beat_pidfile beat_uid beat_gid beat_umask
  beat_executable beat_schedule beat_scheduler beat_schedule_filename beat_sync_every beat_max_loop_interval beat_cron_starting_deadline`
    .trim()
    .split(/\s+/);

/** Without the blanks that make its columns even. */
const TABLE = readFileSync(fileURLToPath(import.meta.resolve("../../src/CELERY.md")), "utf8").replace(/ +/g, " ");
const foreign = settingsThatDoNotApply.flatMap(({ keys }) => keys);

describe("Celery's settings", () => {
  it("are all known: no configuration of Celery's is refused for a name", () => {
    // No setting is a symbol, so each is refused for its value or not at all.
    const unknown = ALL.filter((key) => {
      try {
        readConfig({ [key]: Symbol("nothing") });
        return false;
      } catch (error) {
        return String(error).includes("unknown setting");
      }
    });
    expect(unknown).toEqual([]);
  });

  it("are each in one list only", () => {
    expect(foreign.filter((key, index) => foreign.indexOf(key) !== index || PLANNED.has(key) || taskSettingKeys.has(key))).toEqual([]);
  });

  it("each have their row in the table of src/CELERY.md", () => {
    const ofBackends = (key: string) => BACKENDS.some((prefix) => key.startsWith(prefix));
    const named = [...ALL, ...foreign, ...PLANNED, ...taskSettingKeys].filter((key) => !ofBackends(key));
    expect(named.filter((key) => !TABLE.includes(`\`${key}\``))).toEqual([]);
    expect(BACKENDS.filter((prefix) => !TABLE.includes(`\`${prefix}\``))).toEqual([]);
  });

  it("say in that table what stands in for those that do not apply", () => {
    for (const { instead, keys } of settingsThatDoNotApply) {
      const row = TABLE.split("\n").find((line) => line.includes(`| ${instead} |`)) ?? "";
      expect(keys.filter((key) => !row.includes(`\`${key}\``))).toEqual([]);
    }
  });

  it("are marked there as not wired exactly as long as a warning says so", () => {
    const rows = TABLE.split("\n").filter((line) => line.startsWith("| `"));
    const settings = rows.slice(
      0,
      rows.findIndex((line) => line.startsWith("| `broker_url`")),
    );
    for (const key of [...PLANNED, ...taskSettingKeys]) {
      const row = settings.find((line) => line.includes(`\`${key}\``)) ?? "";
      const [, , , mark = ""] = row.split("|");
      expect([key, /\((rule|planned)\)/.test(mark)]).toEqual([key, PLANNED.has(key)]);
    }
  });
});
