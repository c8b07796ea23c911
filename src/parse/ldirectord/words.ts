/** Directives of ldirectord(8): where each may stand. `both`: a virtual's own line overrides the global one. */
export const directives: ReadonlyMap<string, 'global' | 'virtual' | 'both'> = new Map(
  Object.entries({
    global: 'autoreload callback logfile execute fork supervised readdquiescent emailalertfrom maintenancedir virtual virtual6',
    virtual: 'real real6 request receive checktype checkcommand checkport login passwd database secret load scheduler persistent schedflags netmask protocol ops service httpmethod virtualhost monitorfile servicename comment',
    both: 'checktimeout negotiatetimeout checkcount failurecount checkinterval fallback fallback6 fallbackcommand quiescent emailalert emailalertfreq emailalertstatus cleanstop smtp',
  }).flatMap(([place, words]) => words.split(' ').map((word) => [word, place as 'global' | 'virtual' | 'both'] as const)),
);

/** Directives that it once took and now refuses, with what took their place. */
export const dropped: ReadonlyMap<string, string> = new Map([
  ['timeout', 'checktimeout'],
  ['connecttimeout', 'negotiatetimeout'],
]);
