/** Groups of devices below `network:`. */
export const groups = ['ethernets', 'bonds', 'bridges', 'vlans', 'tunnels', 'dummy-devices', 'wifis', 'modems', 'vrfs', 'nm-devices', 'virtual-ethernets'];
