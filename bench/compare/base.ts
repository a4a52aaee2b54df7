/**
 * The revision that this tree's speed is held against. Move it on when the speed has changed for a
 * reason that was accepted.
 */
export const BASE = "2f670b27836cb41ad6487309a4adfc08a9454337";
