import { type ClassValue, clsx } from "clsx";
import { twMerge } from "tailwind-merge";

export const cx = (...values: ClassValue[]): string => twMerge(clsx(values));
