// Written by npm run accept: every rule under rules/.
import type { Rule } from '../src/lint/rule.ts';
import arpAnnounceMissing from './arp/announce-missing.ts';
import arpAnnounceOnWrongDevice from './arp/announce-on-wrong-device.ts';
import arpArptablesChainNames from './arp/arptables-chain-names.ts';
import arpArptablesFlushed from './arp/arptables-flushed.ts';
import arpArptablesWrongDirection from './arp/arptables-wrong-direction.ts';
import arpIgnoreMissing from './arp/ignore-missing.ts';
import arpSettingsOnDefaultOnly from './arp/settings-on-default-only.ts';
import arpSettingsOnLoOnly from './arp/settings-on-lo-only.ts';
import arpValueWithoutEffect from './arp/value-without-effect.ts';
import bootConnTabBitsWithoutEffect from './boot/conn-tab-bits-without-effect.ts';
import bootHaresourcesVipAsAlias from './boot/haresources-vip-as-alias.ts';
import bootIfcfgLoAliasIgnored from './boot/ifcfg-lo-alias-ignored.ts';
import bootIpvsadmConfigSaveOnStop from './boot/ipvsadm-config-save-on-stop.ts';
import bootIpvsadmRulesNotRestored from './boot/ipvsadm-rules-not-restored.ts';
import bootIpvsadmSaveWithoutN from './boot/ipvsadm-save-without-n.ts';
import bootKernelWithoutIpvs from './boot/kernel-without-ipvs.ts';
import bootLoOwnedByManager from './boot/lo-owned-by-manager.ts';
import bootLroOnDirector from './boot/lro-on-director.ts';
import bootModuleNotLoaded from './boot/module-not-loaded.ts';
import bootNetplanLoWide from './boot/netplan-lo-wide.ts';
import bootNetworkdLoMatchedTwice from './boot/networkd-lo-matched-twice.ts';
import bootSelinuxPermissive from './boot/selinux-permissive.ts';
import bootServiceBoundToRip from './boot/service-bound-to-rip.ts';
import bootVipNotPersistent from './boot/vip-not-persistent.ts';
import fwmarkIpv6Flag from './fwmark/ipv6-flag.ts';
import fwmarkMissingRule from './fwmark/missing-rule.ts';
import fwmarkProtocol from './fwmark/protocol.ts';
import fwmarkVipNotLocal from './fwmark/vip-not-local.ts';
import ipv6LoBounce from './ipv6/lo-bounce.ts';
import ipv6NdpLeak from './ipv6/ndp-leak.ts';
import ipv6VipDad from './ipv6/vip-dad.ts';
import keepalivedBriefNatPortless from './keepalived/brief-nat-portless.ts';
import keepalivedCheckIncomplete from './keepalived/check-incomplete.ts';
import keepalivedCheckPortMismatch from './keepalived/check-port-mismatch.ts';
import keepalivedHealthCheckAbsent from './keepalived/health-check-absent.ts';
import keepalivedInhibitPersistent from './keepalived/inhibit-persistent.ts';
import keepalivedKeywordTwice from './keepalived/keyword-twice.ts';
import keepalivedKeywordWrongBlock from './keepalived/keyword-wrong-block.ts';
import keepalivedLbKindInvalid from './keepalived/lb-kind-invalid.ts';
import keepalivedLbKindMissing from './keepalived/lb-kind-missing.ts';
import keepalivedNameUndefined from './keepalived/name-undefined.ts';
import keepalivedPersistenceZero from './keepalived/persistence-zero.ts';
import keepalivedProtocolMissing from './keepalived/protocol-missing.ts';
import keepalivedQuorumTooHigh from './keepalived/quorum-too-high.ts';
import keepalivedRealServersAbsent from './keepalived/real-servers-absent.ts';
import keepalivedRemovedKeyword from './keepalived/removed-keyword.ts';
import keepalivedSampleLeftovers from './keepalived/sample-leftovers.ts';
import keepalivedScriptSecurity from './keepalived/script-security.ts';
import keepalivedScriptWithoutShell from './keepalived/script-without-shell.ts';
import keepalivedSorryServerReal from './keepalived/sorry-server-real.ts';
import keepalivedUdpWithTcpCheck from './keepalived/udp-with-tcp-check.ts';
import keepalivedUnbalancedBrace from './keepalived/unbalanced-brace.ts';
import keepalivedUnknownKeyword from './keepalived/unknown-keyword.ts';
import keepalivedValueGarbage from './keepalived/value-garbage.ts';
import ldirectordCheckNone from './ldirectord/check-none.ts';
import ldirectordDirectiveRefused from './ldirectord/directive-refused.ts';
import ldirectordDirectiveTwice from './ldirectord/directive-twice.ts';
import ldirectordFallbackLoop from './ldirectord/fallback-loop.ts';
import ldirectordIndent from './ldirectord/indent.ts';
import ldirectordPasswordInFile from './ldirectord/password-in-file.ts';
import ldirectordQuiescentPersistent from './ldirectord/quiescent-persistent.ts';
import ldirectordTimeoutInterval from './ldirectord/timeout-interval.ts';
import ldirectordVirtualBadAddress from './ldirectord/virtual-bad-address.ts';
import netfilterDirectorTracksHalf from './netfilter/director-tracks-half.ts';
import netfilterForwardPolicyDrop from './netfilter/forward-policy-drop.ts';
import netfilterMasqueradeOfDirectRouting from './netfilter/masquerade-of-direct-routing.ts';
import netfilterMasqueradeOfEverything from './netfilter/masquerade-of-everything.ts';
import netfilterRealServerTracksHalf from './netfilter/real-server-tracks-half.ts';
import netfilterVipBlocked from './netfilter/vip-blocked.ts';
import persistenceGranularityWide from './persistence/granularity-wide.ts';
import piranhaDeadtime from './piranha/deadtime.ts';
import piranhaNatRouterWithoutAlias from './piranha/nat-router-without-alias.ts';
import piranhaPrimaryBackup from './piranha/primary-backup.ts';
import piranhaSendStringOdd from './piranha/send-string-odd.ts';
import piranhaStatementRefused from './piranha/statement-refused.ts';
import piranhaSyntaxMixed from './piranha/syntax-mixed.ts';
import piranhaVipWithoutAlias from './piranha/vip-without-alias.ts';
import piranhaVirtualWithoutAddress from './piranha/virtual-without-address.ts';
import routeDirectorGatewayIsItself from './route/director-gateway-is-itself.ts';
import routeDirectorWithoutWayBack from './route/director-without-way-back.ts';
import routeDrGatewayIsDip from './route/dr-gateway-is-dip.ts';
import routeDrRipOffLink from './route/dr-rip-off-link.ts';
import routeNatClientInRipSubnet from './route/nat-client-in-rip-subnet.ts';
import routeNatGatewayIsNotDip from './route/nat-gateway-is-not-dip.ts';
import routeNatGatewayNotFloating from './route/nat-gateway-not-floating.ts';
import routeNatOneNetRedirects from './route/nat-one-net-redirects.ts';
import routeNatRipOnClientSide from './route/nat-rip-on-client-side.ts';
import routeNatRipOutsideDipSubnet from './route/nat-rip-outside-dip-subnet.ts';
import routeVipRouteRedundant from './route/vip-route-redundant.ts';
import scriptAliasMismatch from './script/alias-mismatch.ts';
import scriptAliasReused from './script/alias-reused.ts';
import scriptBadAssignment from './script/bad-assignment.ts';
import scriptBadCommandArgs from './script/bad-command-args.ts';
import scriptBadRedirect from './script/bad-redirect.ts';
import scriptCrlf from './script/crlf.ts';
import scriptEmptyAddress from './script/empty-address.ts';
import scriptFirewallFlushed from './script/firewall-flushed.ts';
import scriptFunctionsExecuted from './script/functions-executed.ts';
import scriptFunctionsUnguarded from './script/functions-unguarded.ts';
import scriptGratuitousArpAbsent from './script/gratuitous-arp-absent.ts';
import scriptHeaderNotOnTop from './script/header-not-on-top.ts';
import scriptIgnoreErrors from './script/ignore-errors.ts';
import scriptInitHeaderMissing from './script/init-header-missing.ts';
import scriptIpforwardResetOnStop from './script/ipforward-reset-on-stop.ts';
import scriptIpvsModuleNotLoaded from './script/ipvs-module-not-loaded.ts';
import scriptIpvsTableCleared from './script/ipvs-table-cleared.ts';
import scriptIpvsadmClearInLoop from './script/ipvsadm-clear-in-loop.ts';
import scriptLoBounce from './script/lo-bounce.ts';
import scriptLockfileMaskedError from './script/lockfile-masked-error.ts';
import scriptLockfileMissing from './script/lockfile-missing.ts';
import scriptLockfileNameMismatch from './script/lockfile-name-mismatch.ts';
import scriptLockfileNeverCreated from './script/lockfile-never-created.ts';
import scriptLockfilePathMismatch from './script/lockfile-path-mismatch.ts';
import scriptNetTools from './script/net-tools.ts';
import scriptPathMixed from './script/path-mixed.ts';
import scriptRaceNetwork from './script/race-network.ts';
import scriptReadPrompt from './script/read-prompt.ts';
import scriptRestartAbsent from './script/restart-absent.ts';
import scriptRouteDelAfterAddrDown from './script/route-del-after-addr-down.ts';
import scriptShebangMissing from './script/shebang-missing.ts';
import scriptStartNotIdempotent from './script/start-not-idempotent.ts';
import scriptStartVipBeforeArp from './script/start-vip-before-arp.ts';
import scriptStatusAliasGrep from './script/status-alias-grep.ts';
import scriptStatusExitCode from './script/status-exit-code.ts';
import scriptStatusLockfileOnly from './script/status-lockfile-only.ts';
import scriptStatusTestsLiteral from './script/status-tests-literal.ts';
import scriptStopArpResetWhileVipUp from './script/stop-arp-reset-while-vip-up.ts';
import scriptStopGlobalArpReset from './script/stop-global-arp-reset.ts';
import scriptStopIncomplete from './script/stop-incomplete.ts';
import scriptStopKeepsArp from './script/stop-keeps-arp.ts';
import scriptStopOrderDirector from './script/stop-order-director.ts';
import scriptStopVipLeftUp from './script/stop-vip-left-up.ts';
import scriptSudoRedirect from './script/sudo-redirect.ts';
import scriptSyntaxError from './script/syntax-error.ts';
import scriptSysctlPAfterWrite from './script/sysctl-p-after-write.ts';
import scriptUndefinedFunction from './script/undefined-function.ts';
import scriptUndefinedVar from './script/undefined-var.ts';
import scriptUnquotedVars from './script/unquoted-vars.ts';
import scriptUsageExit from './script/usage-exit.ts';
import scriptValueDrift from './script/value-drift.ts';
import scriptWorkOutsideCase from './script/work-outside-case.ts';
import scriptWorldWritableFix from './script/world-writable-fix.ts';
import scriptWrongProcKey from './script/wrong-proc-key.ts';
import scriptWrongVar from './script/wrong-var.ts';
import serviceDestinationTwice from './service/destination-twice.ts';
import serviceDestinationWithoutService from './service/destination-without-service.ts';
import serviceDirectorsAreRealServers from './service/directors-are-real-servers.ts';
import serviceDirectorsDiffer from './service/directors-differ.ts';
import serviceFallbackPortMapped from './service/fallback-port-mapped.ts';
import serviceForwardingLeftOut from './service/forwarding-left-out.ts';
import serviceForwardingMixed from './service/forwarding-mixed.ts';
import serviceFtpWithoutHelper from './service/ftp-without-helper.ts';
import serviceFtpWithoutPersistence from './service/ftp-without-persistence.ts';
import serviceHttpHttpsApart from './service/http-https-apart.ts';
import servicePortMappedWithoutNat from './service/port-mapped-without-nat.ts';
import servicePortZeroWithoutPersistence from './service/port-zero-without-persistence.ts';
import serviceRipIsVip from './service/rip-is-vip.ts';
import serviceSchedulerUnknown from './service/scheduler-unknown.ts';
import serviceServiceTwice from './service/service-twice.ts';
import serviceThresholdsInverted from './service/thresholds-inverted.ts';
import serviceTimeoutsTooShort from './service/timeouts-too-short.ts';
import serviceWeightZeroLeft from './service/weight-zero-left.ts';
import serviceWeightsAllZero from './service/weights-all-zero.ts';
import serviceWeightsWithoutEffect from './service/weights-without-effect.ts';
import syncDaemonMismatch from './sync/daemon-mismatch.ts';
import syncDaemonSyncidDefault from './sync/daemon-syncid-default.ts';
import syncKeepalivedDeviceDiffers from './sync/keepalived-device-differs.ts';
import syncVsStopOrder from './sync/vs-stop-order.ts';
import sysctlAppendNotIdempotent from './sysctl/append-not-idempotent.ts';
import sysctlConfNotRead from './sysctl/conf-not-read.ts';
import sysctlConntrackTableSmall from './sysctl/conntrack-table-small.ts';
import sysctlDSuffix from './sysctl/d-suffix.ts';
import sysctlDuplicateKey from './sysctl/duplicate-key.ts';
import sysctlForwardingOffOnDevice from './sysctl/forwarding-off-on-device.ts';
import sysctlIpForwardWrittenLate from './sysctl/ip-forward-written-late.ts';
import sysctlKeyMisspelt from './sysctl/key-misspelt.ts';
import sysctlKeyUnknown from './sysctl/key-unknown.ts';
import sysctlNatIpForwardOff from './sysctl/nat-ip-forward-off.ts';
import sysctlNonlocalBindForVip from './sysctl/nonlocal-bind-for-vip.ts';
import sysctlOverridden from './sysctl/overridden.ts';
import sysctlRpFilterOnLoOnly from './sysctl/rp-filter-on-lo-only.ts';
import sysctlSedFirstDigit from './sysctl/sed-first-digit.ts';
import sysctlSendRedirectsOnDevice from './sysctl/send-redirects-on-device.ts';
import sysctlTcpTwRecycle from './sysctl/tcp-tw-recycle.ts';
import sysctlVlanDot from './sysctl/vlan-dot.ts';
import sysctlVsBackupOnlyMissing from './sysctl/vs-backup-only-missing.ts';
import sysctlVsConnReuse1s from './sysctl/vs-conn-reuse-1s.ts';
import sysctlVsConnReuseMode0 from './sysctl/vs-conn-reuse-mode-0.ts';
import sysctlVsConntrackMissing from './sysctl/vs-conntrack-missing.ts';
import sysctlVsDropEntryAlways from './sysctl/vs-drop-entry-always.ts';
import sysctlVsExpireNodest from './sysctl/vs-expire-nodest.ts';
import sysctlVsExpireQuiescent from './sysctl/vs-expire-quiescent.ts';
import sysctlVsModuleOrder from './sysctl/vs-module-order.ts';
import tunnelDeviceAbsent from './tunnel/device-absent.ts';
import tunnelFirewallProto4 from './tunnel/firewall-proto4.ts';
import tunnelMtuMss from './tunnel/mtu-mss.ts';
import tunnelRpFilterStrict from './tunnel/rp-filter-strict.ts';
import vipAbsentOnRealServer from './vip/absent-on-real-server.ts';
import vipDirectorLacksIt from './vip/director-lacks-it.ts';
import vipHeldTwice from './vip/held-twice.ts';
import vipIfcfgNetworkInconsistent from './vip/ifcfg-network-inconsistent.ts';
import vipLoopbackAddress from './vip/loopback-address.ts';
import vipNetmaskLeftOut from './vip/netmask-left-out.ts';
import vipNetmaskWideOnDirector from './vip/netmask-wide-on-director.ts';
import vipNetmaskWideOnLo from './vip/netmask-wide-on-lo.ts';
import vipOnRealServersNic from './vip/on-real-servers-nic.ts';
import vipRealServerHoldsAnother from './vip/real-server-holds-another.ts';
import vrrpAdvertDiffers from './vrrp/advert-differs.ts';
import vrrpAuthDiffers from './vrrp/auth-differs.ts';
import vrrpDeviceUnknown from './vrrp/device-unknown.ts';
import vrrpInstanceIncomplete from './vrrp/instance-incomplete.ts';
import vrrpLabelTwice from './vrrp/label-twice.ts';
import vrrpNopreemptOnMaster from './vrrp/nopreempt-on-master.ts';
import vrrpPriorityEqual from './vrrp/priority-equal.ts';
import vrrpRouterIdDiffers from './vrrp/router-id-differs.ts';
import vrrpRouterIdTwice from './vrrp/router-id-twice.ts';
import vrrpRouterNameTwice from './vrrp/router-name-twice.ts';
import vrrpStrictDropsVip from './vrrp/strict-drops-vip.ts';
import vrrpUnicastPeerMissing from './vrrp/unicast-peer-missing.ts';
import vrrpVipBroadcastOdd from './vrrp/vip-broadcast-odd.ts';
import vrrpVipNotListed from './vrrp/vip-not-listed.ts';
import vrrpVipsDiffer from './vrrp/vips-differ.ts';

/** Every rule, by id. */
export const rules: readonly Rule[] = [
  arpAnnounceMissing,
  arpAnnounceOnWrongDevice,
  arpArptablesChainNames,
  arpArptablesFlushed,
  arpArptablesWrongDirection,
  arpIgnoreMissing,
  arpSettingsOnDefaultOnly,
  arpSettingsOnLoOnly,
  arpValueWithoutEffect,
  bootConnTabBitsWithoutEffect,
  bootHaresourcesVipAsAlias,
  bootIfcfgLoAliasIgnored,
  bootIpvsadmConfigSaveOnStop,
  bootIpvsadmRulesNotRestored,
  bootIpvsadmSaveWithoutN,
  bootKernelWithoutIpvs,
  bootLoOwnedByManager,
  bootLroOnDirector,
  bootModuleNotLoaded,
  bootNetplanLoWide,
  bootNetworkdLoMatchedTwice,
  bootSelinuxPermissive,
  bootServiceBoundToRip,
  bootVipNotPersistent,
  fwmarkIpv6Flag,
  fwmarkMissingRule,
  fwmarkProtocol,
  fwmarkVipNotLocal,
  ipv6LoBounce,
  ipv6NdpLeak,
  ipv6VipDad,
  keepalivedBriefNatPortless,
  keepalivedCheckIncomplete,
  keepalivedCheckPortMismatch,
  keepalivedHealthCheckAbsent,
  keepalivedInhibitPersistent,
  keepalivedKeywordTwice,
  keepalivedKeywordWrongBlock,
  keepalivedLbKindInvalid,
  keepalivedLbKindMissing,
  keepalivedNameUndefined,
  keepalivedPersistenceZero,
  keepalivedProtocolMissing,
  keepalivedQuorumTooHigh,
  keepalivedRealServersAbsent,
  keepalivedRemovedKeyword,
  keepalivedSampleLeftovers,
  keepalivedScriptSecurity,
  keepalivedScriptWithoutShell,
  keepalivedSorryServerReal,
  keepalivedUdpWithTcpCheck,
  keepalivedUnbalancedBrace,
  keepalivedUnknownKeyword,
  keepalivedValueGarbage,
  ldirectordCheckNone,
  ldirectordDirectiveRefused,
  ldirectordDirectiveTwice,
  ldirectordFallbackLoop,
  ldirectordIndent,
  ldirectordPasswordInFile,
  ldirectordQuiescentPersistent,
  ldirectordTimeoutInterval,
  ldirectordVirtualBadAddress,
  netfilterDirectorTracksHalf,
  netfilterForwardPolicyDrop,
  netfilterMasqueradeOfDirectRouting,
  netfilterMasqueradeOfEverything,
  netfilterRealServerTracksHalf,
  netfilterVipBlocked,
  persistenceGranularityWide,
  piranhaDeadtime,
  piranhaNatRouterWithoutAlias,
  piranhaPrimaryBackup,
  piranhaSendStringOdd,
  piranhaStatementRefused,
  piranhaSyntaxMixed,
  piranhaVipWithoutAlias,
  piranhaVirtualWithoutAddress,
  routeDirectorGatewayIsItself,
  routeDirectorWithoutWayBack,
  routeDrGatewayIsDip,
  routeDrRipOffLink,
  routeNatClientInRipSubnet,
  routeNatGatewayIsNotDip,
  routeNatGatewayNotFloating,
  routeNatOneNetRedirects,
  routeNatRipOnClientSide,
  routeNatRipOutsideDipSubnet,
  routeVipRouteRedundant,
  scriptAliasMismatch,
  scriptAliasReused,
  scriptBadAssignment,
  scriptBadCommandArgs,
  scriptBadRedirect,
  scriptCrlf,
  scriptEmptyAddress,
  scriptFirewallFlushed,
  scriptFunctionsExecuted,
  scriptFunctionsUnguarded,
  scriptGratuitousArpAbsent,
  scriptHeaderNotOnTop,
  scriptIgnoreErrors,
  scriptInitHeaderMissing,
  scriptIpforwardResetOnStop,
  scriptIpvsModuleNotLoaded,
  scriptIpvsTableCleared,
  scriptIpvsadmClearInLoop,
  scriptLoBounce,
  scriptLockfileMaskedError,
  scriptLockfileMissing,
  scriptLockfileNameMismatch,
  scriptLockfileNeverCreated,
  scriptLockfilePathMismatch,
  scriptNetTools,
  scriptPathMixed,
  scriptRaceNetwork,
  scriptReadPrompt,
  scriptRestartAbsent,
  scriptRouteDelAfterAddrDown,
  scriptShebangMissing,
  scriptStartNotIdempotent,
  scriptStartVipBeforeArp,
  scriptStatusAliasGrep,
  scriptStatusExitCode,
  scriptStatusLockfileOnly,
  scriptStatusTestsLiteral,
  scriptStopArpResetWhileVipUp,
  scriptStopGlobalArpReset,
  scriptStopIncomplete,
  scriptStopKeepsArp,
  scriptStopOrderDirector,
  scriptStopVipLeftUp,
  scriptSudoRedirect,
  scriptSyntaxError,
  scriptSysctlPAfterWrite,
  scriptUndefinedFunction,
  scriptUndefinedVar,
  scriptUnquotedVars,
  scriptUsageExit,
  scriptValueDrift,
  scriptWorkOutsideCase,
  scriptWorldWritableFix,
  scriptWrongProcKey,
  scriptWrongVar,
  serviceDestinationTwice,
  serviceDestinationWithoutService,
  serviceDirectorsAreRealServers,
  serviceDirectorsDiffer,
  serviceFallbackPortMapped,
  serviceForwardingLeftOut,
  serviceForwardingMixed,
  serviceFtpWithoutHelper,
  serviceFtpWithoutPersistence,
  serviceHttpHttpsApart,
  servicePortMappedWithoutNat,
  servicePortZeroWithoutPersistence,
  serviceRipIsVip,
  serviceSchedulerUnknown,
  serviceServiceTwice,
  serviceThresholdsInverted,
  serviceTimeoutsTooShort,
  serviceWeightZeroLeft,
  serviceWeightsAllZero,
  serviceWeightsWithoutEffect,
  syncDaemonMismatch,
  syncDaemonSyncidDefault,
  syncKeepalivedDeviceDiffers,
  syncVsStopOrder,
  sysctlAppendNotIdempotent,
  sysctlConfNotRead,
  sysctlConntrackTableSmall,
  sysctlDSuffix,
  sysctlDuplicateKey,
  sysctlForwardingOffOnDevice,
  sysctlIpForwardWrittenLate,
  sysctlKeyMisspelt,
  sysctlKeyUnknown,
  sysctlNatIpForwardOff,
  sysctlNonlocalBindForVip,
  sysctlOverridden,
  sysctlRpFilterOnLoOnly,
  sysctlSedFirstDigit,
  sysctlSendRedirectsOnDevice,
  sysctlTcpTwRecycle,
  sysctlVlanDot,
  sysctlVsBackupOnlyMissing,
  sysctlVsConnReuse1s,
  sysctlVsConnReuseMode0,
  sysctlVsConntrackMissing,
  sysctlVsDropEntryAlways,
  sysctlVsExpireNodest,
  sysctlVsExpireQuiescent,
  sysctlVsModuleOrder,
  tunnelDeviceAbsent,
  tunnelFirewallProto4,
  tunnelMtuMss,
  tunnelRpFilterStrict,
  vipAbsentOnRealServer,
  vipDirectorLacksIt,
  vipHeldTwice,
  vipIfcfgNetworkInconsistent,
  vipLoopbackAddress,
  vipNetmaskLeftOut,
  vipNetmaskWideOnDirector,
  vipNetmaskWideOnLo,
  vipOnRealServersNic,
  vipRealServerHoldsAnother,
  vrrpAdvertDiffers,
  vrrpAuthDiffers,
  vrrpDeviceUnknown,
  vrrpInstanceIncomplete,
  vrrpLabelTwice,
  vrrpNopreemptOnMaster,
  vrrpPriorityEqual,
  vrrpRouterIdDiffers,
  vrrpRouterIdTwice,
  vrrpRouterNameTwice,
  vrrpStrictDropsVip,
  vrrpUnicastPeerMissing,
  vrrpVipBroadcastOdd,
  vrrpVipNotListed,
  vrrpVipsDiffer,
];
