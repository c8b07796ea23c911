/** Places of the units that an administrator writes; those of packages say nothing of LVS. */
export const unitGlobs: readonly string[] = ['etc/systemd/system', 'run/systemd/system', 'usr/local/lib/systemd/system'].flatMap((folder) => [`${folder}/*.service`, `${folder}/*.service.d/*.conf`]);
