/** What a shard knows of the deployment. */
export interface Known {
  /** Over how many shards names are spread: the most it was ever told of. */
  shards: number;
}
