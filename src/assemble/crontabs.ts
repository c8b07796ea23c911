/** Tables of cron(8): the system's, and those of single users. */
export const crontabs: readonly string[] = ['etc/crontab', 'etc/cron.d/*', 'var/spool/cron/*', 'var/spool/cron/crontabs/*', 'var/spool/cron/tabs/*'];
