/** Whether a text is keepalived's by its own words, wherever the file lies. */
export function looksLikeKeepalived(text: string): boolean {
  return !text.startsWith('#!') && /^[ \t]*(?:vrrp_instance|vrrp_sync_group|vrrp_script|virtual_server(?:_group)?|real_server|global_defs)\b[^;=()]*$/m.test(text) && text.includes('{');
}
